package dev.bantam.inference.bench;

import dev.bantam.inference.session.SystemCalls;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets other programs go first, such as a device that answers requests on the same machine. */
public final class Courtesy {

  private static final Logger LOG = LoggerFactory.getLogger(Courtesy.class);

  private static final int OWN_THREAD = 0;
  private static final int LOWEST = 19;

  private Courtesy() {}

  /**
   * From now on this thread, and those that it starts, have the lowest priority; on Linux, with
   * {@code setpriority}. Where that cannot be had all stays as it is.
   */
  public static void lastInLine() {
    try {
      int processes = 0;
      int status =
          SystemCalls.of("setpriority").invokeInt(new Object[] {processes, OWN_THREAD, LOWEST});
      if (status != 0) {
        LOG.debug("setpriority returned {}", status);
      }
    } catch (RuntimeException | LinkageError e) {
      LOG.debug("the priority cannot be lowered: {}", e.toString());
    }
  }
}
