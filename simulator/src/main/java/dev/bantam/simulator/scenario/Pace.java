package dev.bantam.simulator.scenario;

import java.time.Duration;
import java.util.Optional;

/**
 * When a source has something to say.
 *
 * @param interval mean time between two messages
 * @param jitter how far a message may be from its time, as a part of the interval: 0 to 0.5
 * @param random whether the times between messages are exponentially distributed, as of events that
 *     know nothing of each other
 * @param bursts more messages at times, in quick succession
 */
public record Pace(Duration interval, double jitter, boolean random, Optional<Bursts> bursts) {

  /**
   * Messages that come on top.
   *
   * @param interval between the starts of two bursts; the first starts after one interval
   * @param count messages in one
   * @param spacing between two messages of one
   */
  public record Bursts(Duration interval, int count, Duration spacing) {}
}
