package dev.bantam.simulator.swap;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bantam.protocol.Topics;
import dev.bantam.spi.ModelReference;

/** What is known of a device's slot. All of its controllers share it, and count on together. */
final class Slot {

  private final String device;
  private final String name;
  private long generation;
  private String active = "";

  Slot(String device, String name) {
    this.device = device;
    this.name = name;
  }

  String device() {
    return device;
  }

  String name() {
    return name;
  }

  String reportedTopic() {
    return new Topics(device).reported(name);
  }

  String desiredTopic() {
    return new Topics(device).desired(name);
  }

  /** Somebody wishes something. */
  void wished(JsonNode desired) {
    generation = Math.max(generation, desired.path("generation").asLong());
  }

  /** The slot says how it is. */
  void reported(JsonNode body) {
    generation = Math.max(generation, body.at("/outcome/generation").asLong());
    generation = Math.max(generation, body.at("/progress/generation").asLong());
    active = body.at("/active/model").asText(active);
  }

  /** A generation that is newer than all that is known of. */
  long nextGeneration() {
    return ++generation;
  }

  /** Whether it serves with a model now. */
  boolean has(String model) {
    return isA(active, model);
  }

  /**
   * Whether a model is one that was wished for.
   *
   * @param full with version and variant; may be anything that a device says
   * @param wished as {@code name[:version][@variant]}
   */
  static boolean isA(String full, String wished) {
    try {
      return ModelReference.parse(wished).matches(ModelReference.parse(full));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
