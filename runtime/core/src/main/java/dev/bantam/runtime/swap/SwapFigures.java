package dev.bantam.runtime.swap;

import java.util.LinkedHashMap;
import java.util.Map;

/** What is measured of one swap. For one thread. */
final class SwapFigures {

  private static final double NANOS_PER_MILLI = 1e6;
  private static final double TENTHS = 10;

  private final Map<String, Object> figures = new LinkedHashMap<>();

  /** The time since {@code beginNanos}, to a tenth of a millisecond. */
  void millis(String name, long beginNanos) {
    rounded(name, (System.nanoTime() - beginNanos) / NANOS_PER_MILLI);
  }

  void rounded(String name, double value) {
    figures.put(name, Math.round(value * TENTHS) / TENTHS);
  }

  void put(String name, Object value) {
    figures.put(name, value);
  }

  Map<String, Object> all() {
    return new LinkedHashMap<>(figures);
  }
}
