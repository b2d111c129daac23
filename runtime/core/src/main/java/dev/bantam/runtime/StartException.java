package dev.bantam.runtime;

import org.jspecify.annotations.Nullable;

/** The runtime cannot start. The message says why and what to do. */
public final class StartException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String reason;

  public StartException(String message, @Nullable Throwable cause) {
    this(message, message, cause);
  }

  /**
   * @param reason the message without the slot that it is about
   */
  StartException(String message, String reason, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** Why, for those who know the slot. */
  String reason() {
    return reason;
  }
}
