package dev.bantam.simulator.run;

import dev.bantam.simulator.scenario.DetectionSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How well anomalies were found. A detection is right if it comes during an anomaly that it can be
 * about, or soon after it; an anomaly is found if there is such a detection.
 *
 * @param id of the detections
 * @param anomalies that there were
 * @param found of them
 * @param detections that there were
 * @param right of them
 */
public record DetectionReport(String id, long anomalies, long found, long detections, long right) {

  static DetectionReport of(
      DetectionSpec spec, List<Episode> episodes, List<Detection> detections) {
    List<Episode> wanted =
        episodes.stream()
            .filter(e -> spec.labels().isEmpty() || spec.labels().contains(e.label()))
            .toList();
    return new DetectionReport(
        spec.id(),
        wanted.size(),
        wanted.stream().filter(e -> detections.stream().anyMatch(d -> isRight(spec, e, d))).count(),
        detections.size(),
        detections.stream()
            .filter(d -> wanted.stream().anyMatch(e -> isRight(spec, e, d)))
            .count());
  }

  private static boolean isRight(DetectionSpec spec, Episode episode, Detection detection) {
    return detection.atNanos() - episode.fromNanos() >= 0
        && detection.atNanos() - episode.toNanos() <= spec.within().toNanos()
        && detection.source().map(episode.source()::equals).orElse(true);
  }

  /** All of several together. */
  static DetectionReport sum(List<DetectionReport> reports) {
    DetectionReport sum = new DetectionReport("all", 0, 0, 0, 0);
    for (DetectionReport each : reports) {
      sum =
          new DetectionReport(
              "all",
              sum.anomalies + each.anomalies,
              sum.found + each.found,
              sum.detections + each.detections,
              sum.right + each.right);
    }
    return sum;
  }

  /** The part of detections that are right; empty without any. */
  Optional<Double> precision() {
    return detections == 0 ? Optional.empty() : Optional.of((double) right / detections);
  }

  /** The part of anomalies that were found; empty without any. */
  Optional<Double> recall() {
    return anomalies == 0 ? Optional.empty() : Optional.of((double) found / anomalies);
  }

  /** The harmonic mean of both, and 0 if nothing right was found; empty without any anomaly. */
  Optional<Double> f1() {
    double precision = precision().orElse(0.0);
    return recall().map(recall -> right == 0 ? 0.0 : 2 * precision * recall / (precision + recall));
  }

  /** As JSON's maps and values; null where there is nothing to measure. */
  public Map<String, @Nullable Object> fields() {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("id", id);
    fields.put("anomalies", anomalies);
    fields.put("found", found);
    fields.put("detections", detections);
    fields.put("right", right);
    fields.put("precision", precision().orElse(null));
    fields.put("recall", recall().orElse(null));
    fields.put("f1", f1().orElse(null));
    return fields;
  }

  static List<DetectionReport> all(
      Map<DetectionSpec, List<Detection>> found, List<Episode> episodes) {
    List<DetectionReport> reports = new ArrayList<>();
    found.forEach((spec, detections) -> reports.add(of(spec, episodes, detections)));
    return reports;
  }
}
