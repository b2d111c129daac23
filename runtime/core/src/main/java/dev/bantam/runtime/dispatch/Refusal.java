package dev.bantam.runtime.dispatch;

import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.time.Duration;

/**
 * With what requests are refused for a while.
 *
 * @param message what the client is told: why, and what to do
 * @param retryAfter when to ask again
 */
public record Refusal(ErrorCode code, String message, Duration retryAfter) {

  TaskException exception() {
    return new TaskException(code, message, null, retryAfter);
  }
}
