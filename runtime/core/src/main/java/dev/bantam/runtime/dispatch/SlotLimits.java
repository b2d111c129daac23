package dev.bantam.runtime.dispatch;

import java.time.Duration;

/**
 * How much a slot takes at once.
 *
 * @param workers requests answered at the same time, at least 1
 * @param queue admitted requests that wait for a worker, 0 or more
 * @param timeout time from admission to the answer for requests that name no deadline
 */
public record SlotLimits(int workers, int queue, Duration timeout) {

  public SlotLimits {
    if (workers < 1 || queue < 0 || timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException(
          "workers (%d) must be at least 1, queue (%d) at least 0, timeout (%s) positive"
              .formatted(workers, queue, timeout));
    }
  }

  /** Half as many workers, at least one; requests that had one before wait in the queue. */
  public SlotLimits spared() {
    int fewer = Math.max(1, workers / 2);
    return new SlotLimits(fewer, capacity() - fewer, timeout);
  }

  /** Requests in the slot at once: on a worker or waiting. */
  public int capacity() {
    return workers + queue;
  }
}
