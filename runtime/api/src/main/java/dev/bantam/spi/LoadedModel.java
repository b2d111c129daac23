package dev.bantam.spi;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * One model variant in memory, shared by all requests. Implementations are safe for use by many
 * worker threads; what belongs to one request lives in that request's call.
 */
@FunctionalInterface
public interface LoadedModel extends AutoCloseable {

  /**
   * Answers one request. Blocking; watches {@code cancellation} at least once per generated token.
   *
   * @param sink receives the answer's pieces as they are made, whether or not the client asked for
   *     a stream
   * @return the whole answer; its text is the concatenation of the pieces given to {@code sink}
   * @throws TaskException if the request cannot be answered
   */
  TaskResult handle(TaskRequest request, EventSink sink, CancellationToken cancellation)
      throws TaskException;

  /**
   * The tasks that this model is made for, some of {@link Plugin#tasks()}: a slot that lists none
   * serves these, and one that lists others is refused. Empty for all of the plugin's.
   */
  default Optional<Set<String>> tasks() {
    return Optional.empty();
  }

  /**
   * Requests that are best handled at the same time, at least 1: the workers of a slot for which
   * neither profile nor site say how many. More than 1 for models that answer several at once
   * faster than one after the other.
   */
  default int usualWorkers() {
    return 1;
  }

  /**
   * Runs the model on a small input of its own, before it may serve. Blocking, for a second or two.
   *
   * @throws TaskException with {@link ErrorCode#MODEL_UNUSABLE} if what comes out cannot be right,
   *     for example not finite
   */
  default SelfTest selfTest() throws TaskException {
    return SelfTest.NONE;
  }

  /**
   * How long the model asks not to be replaced, for example in the middle of a conversation. The
   * runtime grants ten minutes in all; asked for again when they are over.
   *
   * @return empty if it may be replaced now
   */
  default Optional<Duration> deferReplacement() {
    return Optional.empty();
  }

  /** Frees the model. Called once, after the last {@link #handle} has returned. */
  @Override
  default void close() {}
}
