package dev.bantam.simulator.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bantam.protocol.TopicNames;
import dev.bantam.simulator.client.Json;
import dev.bantam.simulator.scenario.DetectionSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Collects the messages that say that an anomaly was found. Confined to one thread. */
final class DetectionWatch {

  private final Map<DetectionSpec, List<Detection>> found = new LinkedHashMap<>();

  DetectionWatch(List<DetectionSpec> specs) {
    specs.forEach(spec -> found.put(spec, new ArrayList<>()));
  }

  /** What must be listened to. */
  List<String> filters() {
    return found.keySet().stream().map(DetectionSpec::topic).distinct().toList();
  }

  /** Takes in a message, whatever it is. */
  void heard(long nanos, String topic, byte[] payload) {
    found.forEach(
        (spec, detections) -> {
          if (TopicNames.matches(spec.topic(), topic)) {
            JsonNode body = Json.tree(payload);
            if (spec.when().map(when -> says(body, when)).orElse(true)) {
              Optional<String> source = spec.source().flatMap(field -> text(body, field));
              detections.add(new Detection(nanos, source));
            }
          }
        });
  }

  private static boolean says(JsonNode body, DetectionSpec.When when) {
    return text(body, when.field()).map(when.values()::contains).orElse(false);
  }

  private static Optional<String> text(JsonNode body, String field) {
    return body.path(field).isValueNode()
        ? Optional.of(body.path(field).asText())
        : Optional.empty();
  }

  /** All that was found so far. */
  Map<DetectionSpec, List<Detection>> found() {
    Map<DetectionSpec, List<Detection>> copy = new LinkedHashMap<>();
    found.forEach((spec, detections) -> copy.put(spec, List.copyOf(detections)));
    return copy;
  }
}
