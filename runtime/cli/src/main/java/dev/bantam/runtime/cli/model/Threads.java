package dev.bantam.runtime.cli.model;

import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.ExitCode;

/** Checks a number of threads. */
final class Threads {

  private static final int MOST = 1024;

  private Threads() {}

  static int checked(int threads) throws CliException {
    if (threads < 1 || threads > MOST) {
      throw new CliException(ExitCode.USAGE, "--threads %d: use 1 to %d".formatted(threads, MOST));
    }
    return threads;
  }
}
