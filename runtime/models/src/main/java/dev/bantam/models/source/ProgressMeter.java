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
  private final long startedAt = System.nanoTime();
  private long reportedAt = startedAt - INTERVAL_NANOS;

  /**
   * @param first bytes that earlier attempts left, which do not count for the rate
   */
  ProgressMeter(PullListener listener, long first, long total) {
    this.listener = listener;
    this.first = first;
    this.total = total;
  }

  /** Reports now and then. */
  void update(long done) {
    if (System.nanoTime() - reportedAt >= INTERVAL_NANOS) {
      report(done);
    }
  }

  /** Reports now. */
  void report(long done) {
    long now = System.nanoTime();
    reportedAt = now;
    double seconds = (now - startedAt) / NANOS_PER_SECOND;
    double rate = seconds > 0 ? Math.max(0, done - first) / seconds : 0;
    listener.event(new PullEvent.Progress(Math.min(done, total), total, rate));
  }
}
