package dev.bantam.runtime.http;

import java.util.List;

/**
 * Whether a device can be asked.
 *
 * @param obstacles why not, for people; empty if it can
 */
public record Readiness(List<String> obstacles) {

  public Readiness {
    obstacles = List.copyOf(obstacles);
  }

  /** Whether nothing stands in the way. */
  public boolean isReady() {
    return obstacles.isEmpty();
  }
}
