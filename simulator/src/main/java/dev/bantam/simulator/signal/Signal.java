package dev.bantam.simulator.signal;

import java.time.Duration;
import java.util.Random;

/** What a number is at heart. */
public sealed interface Signal {

  double NANOS_PER_MINUTE = 60e9;
  double NANOS_PER_DAY = 24 * 60 * NANOS_PER_MINUTE;

  /** Starts it. */
  Source start(SignalContext context);

  /** Always the same. */
  record Constant(double value) implements Signal {
    @Override
    public Source start(SignalContext context) {
      return nanos -> value;
    }
  }

  /**
   * Rises or falls for ever.
   *
   * @param start the first value
   * @param perMinute what is added each minute
   */
  record Drift(double start, double perMinute) implements Signal {
    @Override
    public Source start(SignalContext context) {
      return nanos -> start + perMinute * (nanos / NANOS_PER_MINUTE);
    }
  }

  /**
   * Goes up and down between two turning points.
   *
   * @param start the first value, within the turning points
   * @param perMinute speed; negative to fall first
   */
  record Ramp(double start, double perMinute, double low, double high) implements Signal {
    @Override
    public Source start(SignalContext context) {
      double span = high - low;
      double travelled = perMinute < 0 ? 2 * span - (start - low) : start - low;
      return nanos -> {
        double way = travelled + Math.abs(perMinute) * (nanos / NANOS_PER_MINUTE);
        double phase = way % (2 * span);
        return low + (phase <= span ? phase : 2 * span - phase);
      };
    }
  }

  /**
   * A sine with a period of a day.
   *
   * @param amplitude how far it goes from the mean
   * @param peak time after midnight at which it is highest
   */
  record DailyCycle(double mean, double amplitude, Duration peak) implements Signal {
    @Override
    public Source start(SignalContext context) {
      double offset = context.startsAt().toNanoOfDay() - (double) peak.toNanos();
      return nanos ->
          mean + amplitude * StrictMath.cos(2 * Math.PI * (nanos + offset) / NANOS_PER_DAY);
    }
  }

  /**
   * Takes a step at random at each interval and turns back at its bounds. Between two steps it
   * stays, so that its value at a time does not depend on who asks when.
   *
   * @param start the first value
   * @param step standard deviation of a step
   * @param interval between two steps
   */
  record RandomWalk(double start, double step, Duration interval, double low, double high)
      implements Signal {
    @Override
    public Source start(SignalContext context) {
      Random random = context.seed().random();
      double[] value = {start};
      long[] taken = {0};
      return nanos -> {
        for (long due = nanos / interval.toNanos(); taken[0] < due; taken[0]++) {
          value[0] = reflect(value[0] + step * random.nextGaussian());
        }
        return value[0];
      };
    }

    private double reflect(double value) {
      double turned = value > high ? 2 * high - value : value < low ? 2 * low - value : value;
      return Math.max(low, Math.min(high, turned));
    }
  }

  /**
   * What a group does, scaled.
   *
   * @param group its name
   * @param times factor
   * @param plus added after it
   */
  record Follow(String group, double times, double plus) implements Signal {
    @Override
    public Source start(SignalContext context) {
      Source leader = context.group(group);
      return nanos -> leader.at(nanos) * times + plus;
    }
  }
}
