package dev.bantam.runtime.route;

import dev.bantam.runtime.config.RouteConfig.Overflow;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** What waits for its turn in a route, and what happens when one more comes. */
final class RouteQueue {

  private final int bound;
  private final Overflow overflow;
  private final Deque<Batch> waiting = new ArrayDeque<>();

  RouteQueue(int bound, Overflow overflow) {
    this.bound = bound;
    this.overflow = overflow;
  }

  /**
   * Takes one in. With back-pressure it takes what the broker sends beyond its limit, which is not
   * much, for the broker waits for acknowledgements.
   *
   * @return what is dropped for it, perhaps itself
   */
  Optional<Batch> add(Batch batch) {
    if (waiting.size() < bound) {
      waiting.add(batch);
      return Optional.empty();
    }
    return switch (overflow) {
      case DROP_OLDEST -> {
        Batch oldest = waiting.remove();
        waiting.add(batch);
        yield Optional.of(oldest);
      }
      case DROP_LATEST -> Optional.of(batch);
      case BACK_PRESSURE -> {
        waiting.add(batch);
        yield Optional.empty();
      }
    };
  }

  /** Puts one back that could not be started. */
  void back(Batch batch) {
    waiting.addFirst(batch);
  }

  Optional<Batch> next() {
    return Optional.ofNullable(waiting.poll());
  }

  boolean isFull() {
    return waiting.size() >= bound;
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  int size() {
    return waiting.size();
  }
}
