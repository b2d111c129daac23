package dev.bantam.simulator.client;

import org.jspecify.annotations.Nullable;

/** A request could not be sent, or no answer came. The message says why and what to do. */
public final class TaskClientException extends Exception {

  private static final long serialVersionUID = 1L;

  private final boolean absent;

  public TaskClientException(String message, @Nullable Throwable cause) {
    this(message, cause, false);
  }

  private TaskClientException(String message, @Nullable Throwable cause, boolean absent) {
    super(message, cause);
    this.absent = absent;
  }

  /** The broker is not there, or the device is not at this broker. */
  static TaskClientException absent(String message, @Nullable Throwable cause) {
    return new TaskClientException(message, cause, true);
  }

  /** Whether the device may be found at another broker: the request has reached nobody. */
  public boolean isAbsent() {
    return absent;
  }
}
