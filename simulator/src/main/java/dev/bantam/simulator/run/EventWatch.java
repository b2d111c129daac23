package dev.bantam.simulator.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bantam.simulator.client.Json;
import dev.bantam.simulator.scenario.EventSpec;
import java.util.ArrayList;
import java.util.List;

/** Writes down which events devices tell, as far as they are expected. Confined to one thread. */
final class EventWatch {

  private static final int MOST_EVENTS = 10_000;

  private final List<Watched> all;

  /** One of the scenario's wishes, and what has come. */
  private record Watched(EventSpec spec, String topic, List<String> found) {

    void heard(JsonNode event) {
      String kind = event.path("kind").asText();
      if (spec.kinds().contains(kind) && found.size() < MOST_EVENTS) {
        found.add(
            spec.by()
                .map(detail -> kind + " " + event.path("details").path(detail).asText())
                .orElse(kind));
      }
    }
  }

  EventWatch(List<EventSpec> specs) {
    this.all =
        specs.stream()
            .map(
                spec ->
                    new Watched(
                        spec, "bantam/v1/device/" + spec.device() + "/event", new ArrayList<>()))
            .toList();
  }

  /** Takes in a message, whatever it is. */
  void heard(String topic, byte[] payload) {
    for (Watched each : all) {
      if (each.topic.equals(topic)) {
        each.heard(Json.tree(payload));
      }
    }
  }

  List<EventReport> reports() {
    return all.stream()
        .map(each -> new EventReport(each.spec.id(), each.spec.are(), each.found))
        .toList();
  }
}
