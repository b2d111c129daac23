package dev.bantam.simulator.payload;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** How one sensor writes. Confined to one thread. */
public interface PayloadForm {

  /** Where it publishes, if the scenario names no topic. */
  String topic();

  /**
   * Its next message.
   *
   * @param readings by name, those that are missing left out
   * @return UTF-8
   */
  byte[] write(Instant time, Map<String, Reading> readings);

  /**
   * What it says of itself before its first message.
   *
   * @param topic where it is going to publish
   */
  default List<Announcement> announce(String topic) {
    return List.of();
  }

  /** A retained message. */
  record Announcement(String topic, byte[] payload) {}
}
