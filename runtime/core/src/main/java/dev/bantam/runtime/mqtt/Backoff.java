package dev.bantam.runtime.mqtt;

import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

/**
 * Waits between attempts to connect: doubling, with a cap, and jittered so that a site's devices do
 * not come back all at once.
 */
final class Backoff {

  private static final int MAX_DOUBLINGS = 16;

  private final DoubleSupplier random;
  private int failures;

  Backoff() {
    this(() -> ThreadLocalRandom.current().nextDouble());
  }

  /**
   * @param random numbers from 0 up to 1
   */
  Backoff(DoubleSupplier random) {
    this.random = random;
  }

  /** The next wait in milliseconds: between half and all of the doubled time. */
  long nextMs(Pace pace) {
    long full = Math.min(pace.capMs(), pace.firstMs() << Math.min(failures, MAX_DOUBLINGS));
    failures++;
    return full / 2 + (long) (random.getAsDouble() * (full - full / 2));
  }

  /** After a connection that held. */
  void reset() {
    failures = 0;
  }
}
