package dev.bantam.runtime.device;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a child process ended, by its exit status and what it printed.
 *
 * @param status as {@link Process#exitValue}: of a signal 128 and its number
 * @param output the last lines
 */
record ChildEnd(int status, List<String> output) {

  private static final int SIGNALS = 128;

  /** What the JVM prints when a signal of the processor ends it. */
  private static final Pattern FATAL = Pattern.compile("#\\s+(SIG[A-Z]+) .*");

  private static final Map<Integer, String> NAMES =
      Map.of(
          1, "SIGHUP", 2, "SIGINT", 4, "SIGILL", 6, "SIGABRT", 7, "SIGBUS", 8, "SIGFPE", 9,
          "SIGKILL", 11, "SIGSEGV", 15, "SIGTERM");

  /** Those that somebody else sends: they say nothing of a kernel. */
  private static final Set<String> FROM_OUTSIDE = Set.of("SIGHUP", "SIGINT", "SIGKILL", "SIGTERM");

  /** The signal that ended it; empty if none did. */
  Optional<String> signal() {
    return output.stream()
        .map(FATAL::matcher)
        .filter(Matcher::matches)
        .map(found -> found.group(1))
        .findFirst()
        .or(() -> Optional.ofNullable(NAMES.get(status - SIGNALS)));
  }

  /** Whether somebody ended it, such as the system for want of memory. */
  boolean isFromOutside() {
    return signal().filter(FROM_OUTSIDE::contains).isPresent();
  }

  @Override
  public String toString() {
    String how =
        signal()
            .map(
                name ->
                    switch (name) {
                      case "SIGILL" ->
                          "by SIGILL: this processor lacks an instruction that it uses";
                      case "SIGKILL" -> "by SIGKILL, perhaps for want of memory";
                      default -> "by " + name;
                    })
            .orElse("with exit status " + status);
    return "the process ended " + how;
  }
}
