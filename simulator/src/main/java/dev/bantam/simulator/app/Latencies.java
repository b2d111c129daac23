package dev.bantam.simulator.app;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Times, as percentiles. Confined to one thread. */
public final class Latencies {

  private static final double MICROS_PER_MS = 1000;
  private static final long LONGEST_MICROS = TimeUnit.HOURS.toMicros(1);

  private final Histogram micros = new Histogram(LONGEST_MICROS, 3);

  /** Takes in a time. */
  void add(long nanos) {
    micros.recordValue(Math.min(LONGEST_MICROS, Math.max(0, TimeUnit.NANOSECONDS.toMicros(nanos))));
  }

  void addAll(Latencies others) {
    micros.add(others.micros);
  }

  /** What it comes to so far. */
  public Figures figures() {
    return new Figures(
        micros.getTotalCount(),
        at(50),
        at(90),
        at(99),
        at(99.9),
        micros.getMaxValue() / MICROS_PER_MS);
  }

  private double at(double percentile) {
    return micros.getValueAtPercentile(percentile) / MICROS_PER_MS;
  }

  /**
   * Percentiles in milliseconds.
   *
   * @param count of times; zero makes all others zero
   */
  public record Figures(long count, double p50, double p90, double p99, double p999, double max) {}
}
