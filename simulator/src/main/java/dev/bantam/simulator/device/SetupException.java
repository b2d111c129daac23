package dev.bantam.simulator.device;

import org.jspecify.annotations.Nullable;

/** Something that a scenario needs cannot be had on this machine. The message says what to do. */
public final class SetupException extends Exception {

  private static final long serialVersionUID = 1;

  public SetupException(String message) {
    this(message, null);
  }

  public SetupException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
