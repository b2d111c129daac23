package dev.bantam.runtime.dispatch;

import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Why a request shall end early, if it shall. The first reason stays. The deadline trips the token
 * by itself, so a handler sees it in time even when the event loop is late. Any thread.
 */
final class Cancellation implements CancellationToken {

  private final long deadlineNanos;
  private final Optional<Duration> timeout;
  private volatile Supplier<TaskException> outOfTime = Cancellation::expired;
  private final AtomicReference<@Nullable TaskException> reason = new AtomicReference<>();

  /**
   * @param deadlineNanos on the scale of {@link System#nanoTime()}
   * @param timeout the slot's, if that is what the deadline comes from
   */
  Cancellation(long deadlineNanos, Optional<Duration> timeout) {
    this.deadlineNanos = deadlineNanos;
    this.timeout = timeout;
  }

  /** The slot's timeout, if that and not the client sets the deadline. */
  Optional<Duration> timeout() {
    return timeout;
  }

  static TaskException expired() {
    return new TaskException(
        ErrorCode.EXPIRED,
        "the deadline passed before the answer was complete; allow more time or ask for less (max_tokens)");
  }

  /** Says in another way why the request ends when its time does. Any thread may ask. */
  void explain(Supplier<TaskException> other) {
    outOfTime = other;
  }

  /** Ends the request because its time is over. */
  TaskException endOfTime() {
    return outOfTime.get();
  }

  boolean trip(TaskException why) {
    return reason.compareAndSet(null, why);
  }

  /** The reason to end early; empty while the request may go on. */
  Optional<TaskException> reason() {
    if (reason.get() == null && nanosLeft() <= 0) {
      trip(endOfTime());
    }
    return Optional.ofNullable(reason.get());
  }

  long nanosLeft() {
    return deadlineNanos - System.nanoTime();
  }

  @Override
  public boolean isCancelled() {
    return reason().isPresent();
  }

  @Override
  public void throwIfCancelled() throws TaskException {
    Optional<TaskException> why = reason();
    if (why.isPresent()) {
      throw why.get();
    }
  }
}
