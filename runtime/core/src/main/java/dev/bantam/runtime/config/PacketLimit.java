package dev.bantam.runtime.config;

import dev.bantam.documents.Problem;
import dev.bantam.documents.Section;
import java.util.List;
import java.util.Optional;

/** The key {@code max_packet_bytes} of a section {@code mqtt}, of a site or of a device profile. */
public final class PacketLimit {

  private static final String KEY = "max_packet_bytes";
  private static final long LEAST = 1024;

  /** MQTT's own limit. */
  private static final long MOST = 268_435_455;

  private PacketLimit() {}

  /** In bytes, of a section without problems; empty if it does not say. */
  public static Optional<Integer> of(Section mqtt) {
    return mqtt.bytes(KEY).map(Math::toIntExact);
  }

  /** What the schema cannot say. Copes with sections that the schema has complaints about. */
  public static List<Problem> problems(Section mqtt) {
    try {
      return mqtt
          .bytes(KEY)
          .filter(bytes -> bytes < LEAST || bytes > MOST)
          .map(
              bytes ->
                  mqtt.problem(
                      KEY,
                      "must be from 1KiB to %d bytes, MQTT's own limit, but it is %d bytes"
                          .formatted(MOST, bytes)))
          .stream()
          .toList();
    } catch (IllegalArgumentException alreadyReportedByTheSchema) {
      return List.of();
    }
  }
}
