package dev.bantam.runtime.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Requests that wait for a worker (decision 0123). A higher priority comes first. Within one,
 * clients take turns: first comes whose last turn was longest ago; of one client's requests, the
 * oldest. So that nothing waits for ever, a request counts as one priority higher for each {@link
 * #AGEING} that it has waited, and of those that have risen to the highest the oldest comes first.
 *
 * <p>Safe for use by many threads.
 *
 * @param <T> what waits
 */
final class TurnQueue<T> {

  static final Duration AGEING = Duration.ofSeconds(30);

  /** Clients whose last turns are remembered. */
  private static final int MOST_CLIENTS = 1024;

  private record Waiting<T>(T item, Turn turn, long sinceNanos) {}

  private final LongSupplier nanoTime;
  private final List<Waiting<T>> waiting = new ArrayList<>();
  private final Map<String, Long> lastTurns =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > MOST_CLIENTS;
        }
      };
  private long turns;

  TurnQueue(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  synchronized void add(T item, Turn turn) {
    waiting.add(new Waiting<>(item, turn, nanoTime.getAsLong()));
  }

  /** False if it does not wait. */
  synchronized boolean remove(T item) {
    return waiting.removeIf(other -> other.item == item);
  }

  synchronized int size() {
    return waiting.size();
  }

  /** Takes the one whose turn it is; empty if none waits. */
  synchronized Optional<T> poll() {
    long now = nanoTime.getAsLong();
    Optional<Waiting<T>> next =
        waiting.stream()
            .min(
                Comparator.<Waiting<T>>comparingLong(one -> urgency(one, now))
                    .thenComparingLong(one -> lastTurns.getOrDefault(one.turn.client(), 0L)));
    next.ifPresent(
        one -> {
          waiting.remove(one);
          lastTurns.put(one.turn.client(), ++turns);
        });
    return next.map(Waiting::item);
  }

  /** The lower, the sooner; below 0 by how long it has been due. */
  private static <T> long urgency(Waiting<T> one, long now) {
    long waited = now - one.sinceNanos;
    long due = one.turn.priority().ordinal() + 1L;
    long risen = waited / AGEING.toNanos();
    return risen < due ? due - risen : due * AGEING.toNanos() - waited;
  }
}
