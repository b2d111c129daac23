package dev.bantam.simulator.schedule;

import dev.bantam.simulator.scenario.Pace;
import dev.bantam.simulator.signal.Seed;
import java.util.Random;

/** Gives one time after the other: those of the pace and of its bursts, merged. */
final class PaceClock {

  private static final long NEVER = Long.MAX_VALUE;

  private final Pace pace;
  private final Random random;
  private final long interval;
  private final long phase;
  private long ticks;
  private long sum;
  private long last;
  private long nextTick;
  private long bursts = 1;
  private int burstMessage;
  private long nextOfBurst;

  /**
   * @param spread whether the first time is drawn within the first interval, so that many sensors
   *     of a kind do not speak at once; else it is the start
   */
  PaceClock(Pace pace, Seed seed, boolean spread) {
    this.pace = pace;
    this.random = seed.of("pace").random();
    this.interval = pace.interval().toNanos();
    this.phase = spread ? (long) (random.nextDouble() * interval) : 0;
    this.nextTick = tick();
    this.nextOfBurst = burst();
  }

  /** The next time in nanoseconds, not before the last one. */
  long next() {
    long time = Math.min(nextTick, nextOfBurst);
    if (nextTick <= nextOfBurst) {
      nextTick = tick();
    } else {
      nextOfBurst = burst();
    }
    last = Math.max(last, time);
    return last;
  }

  private long tick() {
    if (pace.random()) {
      sum += Math.round(-StrictMath.log(1 - random.nextDouble()) * interval);
      return sum;
    }
    long time = phase + ticks++ * interval;
    double off = pace.jitter() == 0 ? 0 : pace.jitter() * (2 * random.nextDouble() - 1);
    return Math.max(0, time + Math.round(off * interval));
  }

  private long burst() {
    if (pace.bursts().isEmpty()) {
      return NEVER;
    }
    Pace.Bursts shape = pace.bursts().get();
    long time = bursts * shape.interval().toNanos() + burstMessage * shape.spacing().toNanos();
    if (++burstMessage == shape.count()) {
      burstMessage = 0;
      bursts++;
    }
    return time;
  }
}
