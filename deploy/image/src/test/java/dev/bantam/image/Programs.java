package dev.bantam.image;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.List;

/** Programs that a test needs and a system need not have. */
final class Programs {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private Programs() {}

  /**
   * Goes on if a program is there. Else the test is skipped, or fails where {@code CI} is set.
   *
   * @param packageName Debian's, which {@code ./bantam test} installs
   */
  static void need(String program, String packageName) {
    boolean isThere =
        BantamProcess.run(LIMIT, "bash", "-c", "PATH=$PATH:/usr/sbin command -v " + program)
                .exitStatus(LIMIT)
            == 0;
    if (!isThere && !System.getenv().getOrDefault("CI", "").isEmpty()) {
      throw new AssertionError("the tests need %s, of Debian's %s".formatted(program, packageName));
    }
    assumeTrue(
        isThere,
        "there is no %s: ./bantam test installs it, or: apt-get install %s"
            .formatted(program, packageName));
  }

  /** Runs a command to the end; fails with all it said if its exit code is another than 0. */
  static BantamProcess done(Duration limit, String... command) {
    return done(BantamProcess.start(List.of(command), java.util.Map.of()), limit);
  }

  /** Waits for the end; fails with all that was said if the exit code is another than 0. */
  static BantamProcess done(BantamProcess process, Duration limit) {
    int status = process.exitStatus(limit);
    if (status != 0) {
      throw new AssertionError("exit code %d: %s".formatted(status, process));
    }
    return process;
  }
}
