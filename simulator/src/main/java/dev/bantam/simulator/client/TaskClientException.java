package dev.bantam.simulator.client;

import org.jspecify.annotations.Nullable;

/** A request could not be sent, or no answer came. The message says why and what to do. */
public final class TaskClientException extends Exception {

  private static final long serialVersionUID = 1L;

  public TaskClientException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
