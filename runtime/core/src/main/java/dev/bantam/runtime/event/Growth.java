package dev.bantam.runtime.event;

import java.time.Duration;

/**
 * Watches a count, so that what happens a thousand times a second is told once, and while it goes
 * on again with the sum, no more than once in a while.
 */
public final class Growth {

  private final long pauseNanos;
  private boolean told;
  private long toldNanos;
  private long toldCount;

  /**
   * @param pause least time between two tellings
   */
  public Growth(Duration pause) {
    this.pauseNanos = pause.toNanos();
  }

  /** By how much the count has grown since that was last told; 0 if it is not to be told now. */
  public long due(long count, long nowNanos) {
    long grown = count - toldCount;
    if (grown == 0 || (told && nowNanos - toldNanos < pauseNanos)) {
      return 0;
    }
    told = true;
    toldNanos = nowNanos;
    toldCount = count;
    return grown;
  }
}
