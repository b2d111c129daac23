package dev.bantam.runtime.dispatch;

import dev.bantam.spi.TaskException;
import java.time.Duration;

/**
 * Takes one request's answer back to its client. Called on the Vert.x context that dispatched the
 * request; {@link #answer} or {@link #fail} is called exactly once, and last.
 */
public interface Responder {

  /**
   * A piece of a streamed answer.
   *
   * @param index from 0
   */
  void chunk(int index, String text);

  /** The whole answer. */
  void answer(Answer answer);

  /** The request was refused or failed. */
  void fail(TaskException error);

  /**
   * The request took longer than its slot allows, although its client may still wait; counts as a
   * call of {@link #fail}.
   *
   * @param limit the slot's timeout
   */
  default void timedOut(TaskException error, Duration limit) {
    fail(error);
  }
}
