package dev.bantam.simulator.device;

import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A shell that outlives this process by a moment: when this one is gone, however, it kills what
 * this one has started. It waits for the end of its input, which the kernel brings about, and knows
 * the processes by the environment that {@link Child} gives them. Without {@code /proc} it does
 * nothing.
 */
public final class Guard implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Guard.class);

  /** Twice: what is killed may have started something meanwhile. */
  private static final String SCRIPT =
      """
      while read -r line; do :; done
      for round in 1 2; do
        for file in /proc/[0-9]*/environ; do
          if tr '\\0' '\\n' < "$file" 2> /dev/null | grep -qxF "$1"; then
            pid=${file#/proc/}
            kill -9 "${pid%/environ}" 2> /dev/null
          fi
        done
      done
      """;

  private final Process shell;

  private Guard(Process shell) {
    this.shell = shell;
  }

  /** From now on. */
  public static Guard start() throws SetupException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Child.inOwnSession(
                    List.of("/bin/sh", "-c", SCRIPT, "bantam-sim-guard", Child.mark())))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    try {
      return new Guard(builder.start());
    } catch (IOException e) {
      throw new SetupException("/bin/sh cannot be started: " + e.getMessage(), e);
    }
  }

  /** All that was started has ended; there is nothing to guard any more. */
  @Override
  public void close() {
    shell.destroyForcibly();
    try {
      shell.waitFor();
    } catch (InterruptedException e) {
      LOG.debug("the guard may still end", e);
      Thread.currentThread().interrupt();
    }
  }
}
