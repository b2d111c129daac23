package dev.bantam.simulator.signal;

import java.util.Random;

/** What an injected anomaly does to a reading while it lasts. */
public sealed interface Effect {

  /**
   * Starts it.
   *
   * @param seed its own
   */
  Distortion start(Seed seed);

  /** A started effect. Confined to one thread. */
  @FunctionalInterface
  interface Distortion {

    /**
     * What becomes of a value.
     *
     * @param value without the anomaly
     * @param nanos since the anomaly began
     * @return may be {@link Source#MISSING}
     */
    double of(double value, long nanos);
  }

  /** Adds a number. */
  record Shift(double by) implements Effect {
    @Override
    public Distortion start(Seed seed) {
      return (value, nanos) -> value + by;
    }
  }

  /** Multiplies by a number. */
  record Scale(double times) implements Effect {
    @Override
    public Distortion start(Seed seed) {
      return (value, nanos) -> value * times;
    }
  }

  /** Adds more and more, from nothing on. */
  record Drift(double perMinute) implements Effect {
    @Override
    public Distortion start(Seed seed) {
      return (value, nanos) -> value + perMinute * (nanos / Signal.NANOS_PER_MINUTE);
    }
  }

  /** Repeats the first value. */
  record StuckAt() implements Effect {
    @Override
    public Distortion start(Seed seed) {
      double[] held = {Source.MISSING};
      return (value, nanos) -> {
        held[0] = Source.isMissing(held[0]) ? value : held[0];
        return held[0];
      };
    }
  }

  /** Reports nothing. */
  record DropOut() implements Effect {
    @Override
    public Distortion start(Seed seed) {
      return (value, nanos) -> Source.MISSING;
    }
  }

  /**
   * Single values that are off.
   *
   * @param chance of one a message, 0 to 1
   * @param height added or subtracted
   */
  record Spikes(double chance, double height) implements Effect {
    @Override
    public Distortion start(Seed seed) {
      Random random = seed.random();
      return (value, nanos) -> {
        double hit = random.nextDouble();
        double sign = random.nextBoolean() ? 1 : -1;
        return value + (hit < chance ? sign * height : 0);
      };
    }
  }
}
