package dev.bantam.simulator.schedule;

import dev.bantam.simulator.scenario.AnomalySpec;
import dev.bantam.simulator.signal.Effect;
import dev.bantam.simulator.signal.Seed;
import dev.bantam.simulator.signal.Source;

/** Lays one anomaly over a reading, at its times. Confined to one thread. */
final class AnomalyWindow {

  private final AnomalySpec spec;
  private final Seed seed;
  private final long at;
  private final long lasts;
  private long round = -1;
  private Effect.Distortion distortion = (value, nanos) -> value;

  AnomalyWindow(AnomalySpec spec, Seed seed) {
    this.spec = spec;
    this.seed = seed;
    this.at = spec.at().toNanos();
    this.lasts = spec.lasts().toNanos();
  }

  String label() {
    return spec.label();
  }

  String reading() {
    return spec.reading();
  }

  /** Whether the anomaly is there at a time. */
  boolean covers(long nanos) {
    return nanos >= at && nanos - start(nanos) < lasts;
  }

  /**
   * What it makes of a value, at a time that it covers.
   *
   * @param value may be {@link Source#MISSING}
   */
  double distort(double value, long nanos) {
    long start = start(nanos);
    if (start != round) {
      round = start;
      distortion = spec.effect().start(seed.of(Long.toString(start)));
    }
    return distortion.of(value, nanos - start);
  }

  /** When the occurrence that is nearest before a time began. */
  private long start(long nanos) {
    long interval = spec.interval().map(every -> every.toNanos()).orElse(Long.MAX_VALUE);
    return at + (nanos - at) / interval * interval;
  }
}
