package dev.bantam.runtime.cli;

/** The exit codes, as {@code bantam --help} documents them. */
public final class ExitCode {

  /** Done. */
  public static final int DONE = 0;

  /** Anything that has no code of its own. */
  public static final int FAILED = 1;

  /** The command line is wrong, or names something that is not there. */
  public static final int USAGE = 2;

  /** Refused or rolled back, and nothing was changed: a faulty file, a damaged model, a request. */
  public static final int REFUSED = 3;

  /** What serves is not what served before, and could not be brought back. */
  public static final int NOT_ROLLED_BACK = 4;

  /** Interrupted before the work was done. */
  public static final int INTERRUPTED = 130;

  private ExitCode() {}
}
