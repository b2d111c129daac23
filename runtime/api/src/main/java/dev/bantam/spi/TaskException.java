package dev.bantam.spi;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request that cannot be answered. The message is shown to the client: it says what is wrong and
 * what to do.
 */
public final class TaskException extends Exception {

  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final @Nullable Duration retryAfter;

  public TaskException(ErrorCode code, String message) {
    this(code, message, null, null);
  }

  public TaskException(ErrorCode code, String message, @Nullable Throwable cause) {
    this(code, message, cause, null);
  }

  public TaskException(
      ErrorCode code, String message, @Nullable Throwable cause, @Nullable Duration retryAfter) {
    super(message, cause);
    this.code = code;
    this.retryAfter = retryAfter;
  }

  public ErrorCode code() {
    return code;
  }

  /** When trying again makes sense; only with {@link ErrorCode#retriable()} codes. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  /** The message, never null. */
  public String text() {
    String message = getMessage();
    return message == null ? code.wireName() : message;
  }
}
