package dev.bantam.simulator.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bantam.simulator.client.Json;
import dev.bantam.simulator.run.Mark.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds in what devices say of themselves the moments at which something changed: they come and go
 * and get hot, their slots get other models, their changes of models go from state to state.
 * Confined to one thread.
 */
final class DeviceWatch {

  /** What devices say of themselves. */
  static final List<String> FILTERS =
      List.of(
          "bantam/v1/device/+/status",
          "bantam/v1/device/+/slot/+/reported",
          "bantam/v1/device/+/event");

  private static final int DEVICE = 3;
  private static final int WHAT = 4;
  private static final int SLOT = 5;
  private static final int MOST_MARKS = 1000;

  private final Map<String, String> known = new HashMap<>();
  private final Map<String, Set<String>> tasks = new HashMap<>();
  private final List<Mark> marks = new ArrayList<>();

  /**
   * Takes in a message.
   *
   * @param topic one that the filters let through
   * @param retained whether it says how things were before
   */
  void heard(double atSeconds, String topic, byte[] payload, boolean retained) {
    String[] levels = topic.split("/", -1);
    JsonNode body = Json.tree(payload);
    String device = levels[DEVICE];
    if (levels[WHAT].equals("status")) {
      status(atSeconds, device, body);
    } else if (levels[WHAT].equals("slot")) {
      String slot = device + ", slot " + levels[SLOT];
      changed(atSeconds, Kind.SWAP, slot + " is", "state", slot, body.path("state").asText());
      changed(atSeconds, Kind.SWAP, slot + " has", "model", slot, body.path("active").asText());
    } else if (!retained) {
      add(new Mark(atSeconds, Kind.EVENT, device + ": " + eventText(body)));
    }
  }

  private void status(double atSeconds, String device, JsonNode body) {
    changed(atSeconds, Kind.DEVICE, device + " is", "state", device, body.path("state").asText());
    changed(
        atSeconds,
        Kind.DEVICE,
        device + " is",
        "heat",
        device,
        body.at("/temperature/state").asText());
    if (body.has("slots")) {
      Set<String> served = new TreeSet<>();
      body.path("slots")
          .forEach(slot -> slot.path("tasks").forEach(task -> served.add(task.asText())));
      tasks.put(device, served);
    }
    for (JsonNode slot : body.path("slots")) {
      String name = device + ", slot " + slot.path("name").asText();
      changed(atSeconds, Kind.SWAP, name + " has", "model", name, slot.path("model").asText());
    }
  }

  private void changed(
      double atSeconds, Kind kind, String text, String what, String whose, String now) {
    if (now.isEmpty()) {
      return;
    }
    String before = known.put(whose + " " + what, now);
    if (before != null && !before.equals(now)) {
      add(new Mark(atSeconds, kind, text + " " + now));
    }
  }

  private static String eventText(JsonNode body) {
    for (String key : List.of("message", "event", "type", "state")) {
      if (body.path(key).isTextual()) {
        return body.path(key).asText();
      }
    }
    return "an event";
  }

  private void add(Mark mark) {
    if (marks.size() < MOST_MARKS) {
      marks.add(mark);
    }
  }

  /** The tasks that a device serves; empty if it has not said so. */
  Optional<Set<String>> tasksOf(String device) {
    return Optional.ofNullable(tasks.get(device));
  }

  List<Mark> marks() {
    return List.copyOf(marks);
  }
}
