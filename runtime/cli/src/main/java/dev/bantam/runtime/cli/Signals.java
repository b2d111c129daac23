package dev.bantam.runtime.cli;

import java.util.concurrent.CountDownLatch;
import java.util.function.IntConsumer;
import sun.misc.Signal;

/**
 * What SIGINT, SIGTERM and SIGHUP do. The JVM's own handling would run its shutdown hooks at once,
 * and ONNX Runtime's hook frees what native code may still use: a crash instead of a goodbye.
 */
public final class Signals {

  private static final String[] NAMES = {"INT", "TERM", "HUP"};
  private static final int SIGNAL_EXIT = 128;

  private Signals() {}

  /**
   * From now on the first signal lowers {@code stop}, and a second one ends the process at once.
   *
   * @param stop has a count of 1
   */
  public static void lower(CountDownLatch stop) {
    handle(
        number -> {
          if (stop.getCount() == 0) {
            Runtime.getRuntime().halt(SIGNAL_EXIT + number);
          }
          stop.countDown();
        });
  }

  /** From now on a signal ends the process at once, without the hooks. */
  public static void haltWhileNativeCodeRuns() {
    handle(number -> Runtime.getRuntime().halt(SIGNAL_EXIT + number));
  }

  /** From now on SIGHUP only runs this, on a thread of its own. */
  public static void onHangup(Runnable action) {
    handle("HUP", number -> action.run());
  }

  private static void handle(IntConsumer action) {
    for (String name : NAMES) {
      handle(name, action);
    }
  }

  private static void handle(String name, IntConsumer action) {
    try {
      Signal.handle(new Signal(name), signal -> action.accept(signal.getNumber()));
    } catch (IllegalArgumentException e) {
      // The JVM was told to leave this signal alone, or the system has none of this name.
      return;
    }
  }
}
