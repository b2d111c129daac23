package dev.bantam.simulator.app;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Times, as percentiles: of all, and of those since one last looked. Confined to one thread. */
public final class Latencies {

  private static final double MICROS_PER_MS = 1000;
  private static final long LONGEST_MICROS = TimeUnit.HOURS.toMicros(1);

  private final Histogram micros = new Histogram(LONGEST_MICROS, 3);
  private final Histogram recent = new Histogram(LONGEST_MICROS, 3);

  /** Takes in a time; what is less than none is none. */
  public void add(long nanos) {
    long value = Math.min(LONGEST_MICROS, Math.max(0, TimeUnit.NANOSECONDS.toMicros(nanos)));
    micros.recordValue(value);
    recent.recordValue(value);
  }

  /** Takes in all of others. */
  public void addAll(Latencies others) {
    micros.add(others.micros);
  }

  /** Takes in those of others that came since this was last called. */
  public void addRecent(Latencies others) {
    micros.add(others.recent);
    others.recent.reset();
  }

  /** What it comes to so far. */
  public Figures figures() {
    return figures(micros);
  }

  /** What those come to that came since this was last called. */
  public Figures recentFigures() {
    Figures figures = figures(recent);
    recent.reset();
    return figures;
  }

  private static Figures figures(Histogram micros) {
    return new Figures(
        micros.getTotalCount(),
        at(micros, 50),
        at(micros, 90),
        at(micros, 99),
        at(micros, 99.9),
        micros.getMaxValue() / MICROS_PER_MS);
  }

  private static double at(Histogram micros, double percentile) {
    return micros.getValueAtPercentile(percentile) / MICROS_PER_MS;
  }

  /**
   * Percentiles in milliseconds.
   *
   * @param count of times; zero makes all others zero
   */
  public record Figures(long count, double p50, double p90, double p99, double p999, double max) {

    /** As JSON's maps and values. */
    public Map<String, Object> fields() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("count", count);
      fields.put("p50", p50);
      fields.put("p90", p90);
      fields.put("p99", p99);
      fields.put("p99_9", p999);
      fields.put("max", max);
      return fields;
    }
  }
}
