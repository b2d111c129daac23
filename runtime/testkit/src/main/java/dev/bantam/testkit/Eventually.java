package dev.bantam.testkit;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits, with a bound, for what another thread or process does. */
public final class Eventually {

  private static final long PAUSE_MS = 10;

  private Eventually() {}

  /**
   * Returns once {@code condition} holds.
   *
   * @param what names the condition in the error
   * @throws AssertionError if it does not hold within {@code limit}
   */
  public static void await(String what, Duration limit, BooleanSupplier condition) {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("not within " + limit.toSeconds() + " s: " + what);
      }
      try {
        Thread.sleep(PAUSE_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted while waiting for: " + what, e);
      }
    }
  }
}
