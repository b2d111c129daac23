package dev.bantam.runtime;

import org.jspecify.annotations.Nullable;

/** The runtime cannot start. The message says why and what to do. */
public final class StartException extends Exception {

  private static final long serialVersionUID = 1L;

  public StartException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
