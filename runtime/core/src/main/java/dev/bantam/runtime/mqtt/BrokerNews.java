package dev.bantam.runtime.mqtt;

import dev.bantam.runtime.event.Event;
import dev.bantam.runtime.event.EventKind;
import dev.bantam.runtime.event.Events;
import java.util.Map;

/** Tells that the device is back at its broker, or at another one. On the gateway's context. */
final class BrokerNews {

  private final Events events;
  private BrokerAddress last;
  private boolean away;
  private long lostNanos;

  BrokerNews(Connector connector) {
    this.events = connector.events();
    this.last = connector.brokers().current();
  }

  void lost() {
    if (!away) {
      away = true;
      lostNanos = System.nanoTime();
    }
  }

  void connected(BrokerAddress address) {
    if (!address.equals(last)) {
      events.tell(
          new Event(
              EventKind.BROKER_CHANGED,
              "the device is at the broker %s now, and was at or expected at %s"
                  .formatted(address, last),
              Map.of("from", last.toString(), "to", address.toString())));
    } else if (away) {
      long seconds = (System.nanoTime() - lostNanos) / 1_000_000_000;
      events.tell(
          new Event(
              EventKind.BROKER_BACK,
              "the broker %s is there again after %d s".formatted(address, seconds),
              Map.of("broker", address.toString(), "away_seconds", seconds)));
    }
    last = address;
    away = false;
  }
}
