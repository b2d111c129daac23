package dev.bantam.spi;

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

  /** Frees the model. Called once, after the last {@link #handle} has returned. */
  @Override
  default void close() {}
}
