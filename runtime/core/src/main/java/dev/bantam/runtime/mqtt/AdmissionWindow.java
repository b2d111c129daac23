package dev.bantam.runtime.mqtt;

import dev.bantam.runtime.mqtt.Exchanges.Exchange;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * Holds back acknowledged (QoS 1) requests beyond what the slot takes at once. Receive Maximum asks
 * the broker to do that, but mosquitto overshoots it, up to twice, and nobody should be told "busy"
 * for that.
 */
final class AdmissionWindow {

  private record Waiting(Exchange exchange, Runnable start) {}

  private int capacity;
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private int atWork;

  /**
   * @param capacity requests that may be at work at once
   */
  AdmissionWindow(int capacity) {
    this.capacity = capacity;
  }

  /** Starts a request now, or when others have left. */
  void enter(Exchange exchange, Runnable start) {
    if (atWork < capacity) {
      atWork++;
      start.run();
    } else {
      waiting.add(new Waiting(exchange, start));
    }
  }

  /** A request has ended, whether it was started or still waiting. */
  void leave(Exchange exchange) {
    if (waiting.removeIf(held -> held.exchange() == exchange)) {
      return;
    }
    atWork--;
    startNext();
  }

  /** Has so many at work from now on. */
  void resize(int other) {
    capacity = other;
    startNext();
  }

  private void startNext() {
    while (atWork < capacity && !waiting.isEmpty()) {
      atWork++;
      waiting.remove().start().run();
    }
  }

  /** Gives up what has not started. */
  void abandon(Consumer<Exchange> each) {
    List<Waiting> abandoned = List.copyOf(waiting);
    waiting.clear();
    abandoned.forEach(held -> each.accept(held.exchange()));
  }
}
