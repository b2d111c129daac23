package dev.bantam.runtime.swap;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether a wish is still wanted. It may be withdrawn by any thread, once; the swap's own thread
 * notices at the next check, and at once while it waits or downloads.
 */
final class Withdrawal {

  /** Why a wish is not wanted any more. */
  enum Cause {
    /** A newer one has come. */
    SUPERSEDED,
    /** The runtime stops; the wish is taken up again at the next start. */
    STOPPING
  }

  /** The wish is not wanted any more. */
  static final class Withdrawn extends Exception {

    private static final long serialVersionUID = 1L;
    private final Cause cause;

    private Withdrawn(Cause cause) {
      super(cause.name());
      this.cause = cause;
    }

    Cause why() {
      return cause;
    }
  }

  private final CountDownLatch withdrawn = new CountDownLatch(1);
  private @Nullable Cause cause;
  private @Nullable Thread interruptible;

  synchronized void withdraw(Cause why) {
    if (cause == null) {
      cause = why;
      withdrawn.countDown();
      if (interruptible != null) {
        interruptible.interrupt();
      }
    }
  }

  private synchronized Optional<Cause> cause() {
    return Optional.ofNullable(cause);
  }

  void check() throws Withdrawn {
    Optional<Cause> found = cause();
    if (found.isPresent()) {
      throw new Withdrawn(found.get());
    }
  }

  /** Waits, unless the wish is withdrawn first. */
  void sleep(Duration time) throws Withdrawn, InterruptedException {
    if (withdrawn.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
      check();
    }
  }

  /** From now on a withdrawal interrupts this thread, until {@link #endInterruptible}. */
  synchronized void beginInterruptible() throws Withdrawn {
    check();
    interruptible = Thread.currentThread();
  }

  /** Takes an interrupt back that came too late. */
  synchronized void endInterruptible() {
    interruptible = null;
    if (cause != null) {
      Thread.interrupted();
    }
  }
}
