package dev.bantam.runtime.mqtt;

import java.util.concurrent.TimeUnit;

/**
 * Shortens the sleep of Paho's connecting thread. It starts three threads, and after each sleeps
 * for 100 ms at a time until that runs; one that is interrupted looks again at once. Nothing else
 * that it does then waits for a time or minds an interrupt.
 */
final class PahoWaker {

  private static final long LOOK_MS = 2;

  /** Longer than all three sleeps. */
  private static final int MOST_LOOKS = 250;

  private PahoWaker() {}

  /**
   * Begins in a thread of its own, and ends with the other.
   *
   * @param connecting which has a network connection now
   */
  static void begin(Thread connecting) {
    Thread thread = new Thread(() -> wake(connecting), "bantam-mqtt-wake");
    thread.setDaemon(true);
    thread.start();
  }

  private static void wake(Thread connecting) {
    try {
      for (int looks = 0; looks < MOST_LOOKS && connecting.isAlive(); looks++) {
        TimeUnit.MILLISECONDS.sleep(LOOK_MS);
        if (connecting.getState() == Thread.State.TIMED_WAITING) {
          connecting.interrupt();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
