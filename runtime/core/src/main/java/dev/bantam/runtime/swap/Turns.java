package dev.bantam.runtime.swap;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Of all slots of a device, one at a time holds two models or loads one. */
final class Turns {

  private static final long POLL_MS = 50;

  private final Semaphore turn = new Semaphore(1, true);

  /** A turn that ends when it is closed. */
  interface Turn extends AutoCloseable {
    @Override
    void close();
  }

  /** Waits for a turn, as long as the wish is not withdrawn. */
  Turn take(Withdrawal wish) throws Withdrawal.Withdrawn, InterruptedException {
    while (!turn.tryAcquire(POLL_MS, TimeUnit.MILLISECONDS)) {
      wish.check();
    }
    return turn::release;
  }
}
