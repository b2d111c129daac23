package dev.bantam.runtime.route;

import dev.bantam.runtime.event.Event;
import dev.bantam.runtime.event.EventKind;
import dev.bantam.runtime.event.Events;
import io.vertx.core.Context;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** Tells when a route begins to drop messages, and when it has dropped none for a while. */
final class DropWatch {

  private static final long LOOK_MS = 1_000;
  private static final Duration QUIET = Duration.ofSeconds(30);

  private final Context context;
  private final Events events;
  private final long timer;
  private Map<Route, Watched> watched = Map.of();

  DropWatch(Context context, Events events) {
    this.context = context;
    this.events = events;
    this.timer =
        context
            .owner()
            .setPeriodic(LOOK_MS, id -> context.runOnContext(nothing -> look(System.nanoTime())));
  }

  /** From now on watches these; of those that it watched before it keeps what it knows. */
  void watch(List<Route> routes) {
    Map<Route, Watched> next = new LinkedHashMap<>();
    for (Route route : routes) {
      Watched known = watched.get(route);
      next.put(
          route, known == null ? new Watched(route.routeName(), route::dropped, events) : known);
    }
    watched = next;
  }

  private void look(long nowNanos) {
    watched.values().forEach(one -> one.look(nowNanos));
  }

  void stop() {
    context.owner().cancelTimer(timer);
  }

  /** One route, and what was told of it. */
  static final class Watched {

    private final String route;
    private final LongSupplier count;
    private final Events events;
    private long before;
    private long seen;
    private long grownNanos;
    private boolean dropping;

    /**
     * @param count messages that it has dropped so far
     */
    Watched(String route, LongSupplier count, Events events) {
      this.route = route;
      this.count = count;
      this.events = events;
    }

    void look(long nowNanos) {
      long dropped = count.getAsLong();
      if (dropped > seen) {
        grownNanos = nowNanos;
        if (!dropping) {
          dropping = true;
          before = seen;
          tell(
              EventKind.ROUTE_DROPPING,
              "drops messages, for they come faster than it can work",
              dropped);
        }
        seen = dropped;
      } else if (dropping && nowNanos - grownNanos > QUIET.toNanos()) {
        dropping = false;
        tell(EventKind.ROUTE_RECOVERED, "no longer drops messages", dropped);
      }
    }

    private void tell(EventKind kind, String what, long dropped) {
      long since = dropped - before;
      events.tell(
          new Event(
              kind,
              "route %s %s; %d since that began".formatted(route, what, since),
              Map.of("route", route, "dropped", since)));
    }
  }
}
