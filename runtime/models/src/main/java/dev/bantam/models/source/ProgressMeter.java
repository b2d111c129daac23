package dev.bantam.models.source;

import dev.bantam.models.PullEvent;
import dev.bantam.models.PullListener;
import java.time.Duration;

/** Turns byte counts into {@link PullEvent.Progress} events at a bearable rate. For one thread. */
final class ProgressMeter {

  private static final long INTERVAL_NANOS = Duration.ofMillis(200).toNanos();
  private static final double NANOS_PER_SECOND = 1e9;

  private final PullListener listener;
  private final long total;
  private final long first;
  private long reportedAt = System.nanoTime() - INTERVAL_NANOS;
  private long movedAt = System.nanoTime();
  private boolean moving;

  /**
   * @param first bytes that earlier attempts left, which do not count for the rate
   */
  ProgressMeter(PullListener listener, long first, long total) {
    this.listener = listener;
    this.first = first;
    this.total = total;
  }

  /** Reports now and then. The rate leaves out the time before the first byte. */
  void update(long done) {
    if (!moving) {
      moving = done > first;
      movedAt = System.nanoTime();
    }
    if (System.nanoTime() - reportedAt >= INTERVAL_NANOS) {
      report(done);
    }
  }

  /** Reports now. */
  void report(long done) {
    long now = System.nanoTime();
    reportedAt = now;
    double seconds = (now - movedAt) / NANOS_PER_SECOND;
    double rate = moving && seconds > 0 ? Math.max(0, done - first) / seconds : 0;
    listener.event(new PullEvent.Progress(Math.min(done, total), total, rate));
  }
}
