package dev.bantam.runtime.dispatch;

/**
 * Where a request stands in its slot's queue.
 *
 * @param priority those of a higher one come first
 * @param client who asks: within a priority clients take turns, however much each of them asks
 */
public record Turn(Priority priority, String client) {

  /** A usual request of a client. */
  public static Turn normal(String client) {
    return new Turn(Priority.NORMAL, client);
  }
}
