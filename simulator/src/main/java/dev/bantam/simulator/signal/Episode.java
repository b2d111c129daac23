package dev.bantam.simulator.signal;

import java.time.Duration;
import java.util.Random;

/** Something that begins by chance and lasts a while. Confined to one thread. */
final class Episode {

  private final Random random;
  private final double chance;
  private final long lasts;
  private boolean open;
  private long until;

  Episode(Random random, double chance, Duration lasts) {
    this.random = random;
    this.chance = chance;
    this.lasts = lasts.toNanos();
  }

  /** Whether it went on at the last time that was asked for. */
  boolean isOpen() {
    return open;
  }

  /** Whether it goes on at this time. Draws once a call, so that its numbers stay in step. */
  boolean at(long nanos) {
    boolean begins = random.nextDouble() < chance;
    if (open && nanos < until) {
      return true;
    }
    open = begins;
    until = begins ? nanos + lasts : until;
    return open;
  }
}
