package dev.bantam.simulator.signal;

import java.time.Duration;
import java.util.Random;

/** What happens to a number on its way into a message. Chances are per message. */
public sealed interface Modifier {

  /** Lays it over a signal. */
  Source over(Source base, SignalContext context);

  /**
   * Adds a normally distributed error.
   *
   * @param deviation its standard deviation
   */
  record Noise(double deviation) implements Modifier {
    @Override
    public Source over(Source base, SignalContext context) {
      Random random = context.seed().random();
      return nanos -> base.at(nanos) + deviation * random.nextGaussian();
    }
  }

  /**
   * Single values that are off.
   *
   * @param chance of one, 0 to 1
   * @param height added; to one half of them its negative
   */
  record Spikes(double chance, double height) implements Modifier {
    @Override
    public Source over(Source base, SignalContext context) {
      Random random = context.seed().random();
      return nanos -> {
        double hit = random.nextDouble();
        double sign = random.nextBoolean() ? 1 : -1;
        return base.at(nanos) + (hit < chance ? sign * height : 0);
      };
    }
  }

  /**
   * Repeats a value for a while.
   *
   * @param chance to begin, 0 to 1
   * @param lasts how long
   */
  record StuckAt(double chance, Duration lasts) implements Modifier {
    @Override
    public Source over(Source base, SignalContext context) {
      Episode episode = new Episode(context.seed().random(), chance, lasts);
      double[] held = {Source.MISSING};
      return nanos -> {
        double value = base.at(nanos);
        boolean before = episode.isOpen();
        boolean now = episode.at(nanos);
        if (now && !before) {
          held[0] = value;
        }
        return now ? held[0] : value;
      };
    }
  }

  /**
   * Reports nothing for a while.
   *
   * @param chance to begin, 0 to 1
   * @param lasts how long
   */
  record DropOut(double chance, Duration lasts) implements Modifier {
    @Override
    public Source over(Source base, SignalContext context) {
      Episode episode = new Episode(context.seed().random(), chance, lasts);
      return nanos -> {
        double value = base.at(nanos);
        return episode.at(nanos) ? Source.MISSING : value;
      };
    }
  }

  /**
   * Adds what a group does: readings that have the same group are correlated.
   *
   * @param group its name
   * @param times factor
   */
  record Follow(String group, double times) implements Modifier {
    @Override
    public Source over(Source base, SignalContext context) {
      Source leader = context.group(group);
      return nanos -> base.at(nanos) + times * leader.at(nanos);
    }
  }
}
