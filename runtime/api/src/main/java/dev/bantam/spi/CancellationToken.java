package dev.bantam.spi;

/** Tells a handler that nobody waits for its answer any more. Any thread may ask. */
@FunctionalInterface
public interface CancellationToken {

  /** A token that is never cancelled. */
  CancellationToken NONE = () -> false;

  /** True once the request was cancelled, its deadline has passed, or the runtime stops. */
  boolean isCancelled();

  /** Throws {@link ErrorCode#CANCELLED} if {@link #isCancelled()}. */
  default void throwIfCancelled() throws TaskException {
    if (isCancelled()) {
      throw new TaskException(ErrorCode.CANCELLED, "the request was cancelled");
    }
  }
}
