package dev.bantam.simulator.run;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** How late messages go out. Confined to one thread. */
final class Lag {

  private static final long MICRO = 1000;
  private static final long LONGEST_MICROS = TimeUnit.HOURS.toMicros(1);

  private final Histogram micros = new Histogram(LONGEST_MICROS, 3);

  /** Takes in how late one message is; what is early is not late. */
  void add(long nanos) {
    micros.recordValue(Math.min(LONGEST_MICROS, Math.max(0, nanos / MICRO)));
  }

  LagFigures figures() {
    return new LagFigures(
        millis(micros.getValueAtPercentile(50)),
        millis(micros.getValueAtPercentile(99)),
        millis(micros.getMaxValue()));
  }

  private static double millis(long value) {
    return value / 1000.0;
  }
}
