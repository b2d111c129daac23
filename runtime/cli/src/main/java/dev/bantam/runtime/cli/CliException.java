package dev.bantam.runtime.cli;

import dev.bantam.models.ModelException;
import org.jspecify.annotations.Nullable;

/** A command cannot go on. The message says why and what to do; it is all that users see. */
public final class CliException extends Exception {

  private static final long serialVersionUID = 1L;

  private final int exitCode;

  /**
   * @param exitCode one of {@link ExitCode}
   */
  public CliException(int exitCode, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  public CliException(int exitCode, String message) {
    this(exitCode, message, null);
  }

  public int exitCode() {
    return exitCode;
  }

  /** The exit code that goes with a model's failure. */
  static int exitCode(ModelException.Kind kind) {
    return switch (kind) {
      case USAGE, NOT_IN_CATALOG, NOT_INSTALLED -> ExitCode.USAGE;
      case CORRUPT, MALFORMED, UNSUPPORTED, IN_USE, LICENSE, UNTRUSTED -> ExitCode.REFUSED;
      case INTERRUPTED -> ExitCode.INTERRUPTED;
      case UNREACHABLE, DISK_FULL, LOCKED, IO -> ExitCode.FAILED;
    };
  }
}
