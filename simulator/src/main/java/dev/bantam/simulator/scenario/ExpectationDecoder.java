package dev.bantam.simulator.scenario;

import dev.bantam.documents.Quantities;
import dev.bantam.documents.Section;
import dev.bantam.simulator.scenario.Expectations.Metric;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a document that has passed all checks expects. */
final class ExpectationDecoder {

  private static final double NANOS_PER_MS = 1e6;
  private static final double BYTES_PER_MIB = 1024.0 * 1024;
  private static final Duration SOON = Duration.ofSeconds(5);

  private ExpectationDecoder() {}

  static Expectations expectations(Section expect) {
    return new Expectations(
        bounds(expect.section("at_most")),
        bounds(expect.section("at_least")),
        expect.list("detections").stream().map(ExpectationDecoder::detection).toList(),
        expect.list("order").stream().map(ExpectationDecoder::order).toList(),
        expect.list("events").stream().map(ExpectationDecoder::events).toList());
  }

  private static EventSpec events(Section events) {
    return new EventSpec(
        events.required("id"),
        events.required("device"),
        events.texts("kinds").orElseThrow(),
        events.text("by"),
        events.texts("are").orElseThrow());
  }

  private static Map<Metric, Double> bounds(Section bounds) {
    Map<Metric, Double> byMetric = new EnumMap<>(Metric.class);
    for (String key : bounds.keys()) {
      Metric metric = Metric.valueOf(key.toUpperCase(Locale.ROOT));
      byMetric.put(metric, bound(bounds, key, metric));
    }
    return byMetric;
  }

  private static double bound(Section bounds, String key, Metric metric) {
    return switch (metric.unit()) {
      case MILLIS -> Quantities.duration(bounds.required(key)).toNanos() / NANOS_PER_MS;
      case MIB -> Quantities.bytes(bounds.required(key)) / BYTES_PER_MIB;
      case COUNT, A_SECOND, SHARE, RATIO -> bounds.number(key).orElseThrow();
    };
  }

  private static OrderSpec order(Section order) {
    return new OrderSpec(
        order.required("id"), order.required("topic"), order.required("by"), order.text("each"));
  }

  private static DetectionSpec detection(Section detection) {
    Section when = detection.section("when");
    return new DetectionSpec(
        detection.required("id"),
        detection.required("topic"),
        Set.copyOf(detection.texts("labels").orElse(List.of())),
        detection.has("when")
            ? Optional.of(
                new DetectionSpec.When(
                    when.required("field"), Set.copyOf(when.texts("is").orElseThrow())))
            : Optional.empty(),
        detection.text("source"),
        detection.duration("within").orElse(SOON));
  }
}
