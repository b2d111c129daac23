package dev.bantam.runtime.http;

import dev.bantam.runtime.health.StatusDocument;
import java.util.Map;

/**
 * A device at one moment.
 *
 * @param status what it says of itself
 * @param readiness whether it can be asked
 * @param connections to the broker, by client id, and whether they are there
 * @param figures as telemetry has them, counted since the start
 */
public record Snapshot(
    StatusDocument status,
    Readiness readiness,
    Map<String, Boolean> connections,
    Map<String, Object> figures) {

  public Snapshot {
    connections = Map.copyOf(connections);
    figures = Map.copyOf(figures);
  }
}
