package dev.bantam.simulator.run;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Lets requests out one at a time, in the order in which their askers came. A request that waits
 * gives way to its asker's next, so that nothing piles up. Confined to one thread.
 */
final class Turns {

  private final Map<String, Supplier<Future<Void>>> waiting = new LinkedHashMap<>();
  private final List<Promise<Void>> whenOver = new ArrayList<>();
  private boolean busy;

  /**
   * Sends a request as soon as it is its asker's turn.
   *
   * @param ask sends it; completes when it has ended
   */
  void take(String asker, Supplier<Future<Void>> ask) {
    waiting.put(asker, ask);
    next();
  }

  private void next() {
    if (busy) {
      return;
    }
    if (waiting.isEmpty()) {
      whenOver.forEach(Promise::tryComplete);
      return;
    }
    Supplier<Future<Void>> ask = waiting.remove(waiting.keySet().iterator().next());
    busy = true;
    ask.get()
        .onComplete(
            ended -> {
              busy = false;
              next();
            });
  }

  /** Forgets those that wait. */
  void forget() {
    waiting.clear();
  }

  /** Completes when all have ended. */
  Future<Void> over() {
    Promise<Void> over = Promise.promise();
    whenOver.add(over);
    next();
    return over.future();
  }
}
