package dev.bantam.runtime.store;

import java.time.Duration;

/**
 * How much is kept, and how safely. What is beyond a bound goes, the oldest first.
 *
 * @param answerBytes most bytes of kept answers
 * @param answerAge longest time that an answer is kept
 * @param spoolBytes most bytes of messages that wait for the broker
 * @param spoolAge longest time that such a message is kept
 * @param sync whether every write is on the disk before it counts as done, so that it survives a
 *     power failure; without, it survives the end of the process, even by {@code kill -9}
 */
public record StoreSettings(
    long answerBytes, Duration answerAge, long spoolBytes, Duration spoolAge, boolean sync) {

  private static final long MEBIBYTE = 1 << 20;

  public static final StoreSettings DEFAULTS =
      new StoreSettings(
          8 * MEBIBYTE, Duration.ofHours(1), 64 * MEBIBYTE, Duration.ofDays(7), false);
}
