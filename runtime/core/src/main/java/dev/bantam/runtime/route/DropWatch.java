package dev.bantam.runtime.route;

import dev.bantam.runtime.event.Event;
import dev.bantam.runtime.event.EventKind;
import dev.bantam.runtime.event.Events;
import io.vertx.core.Context;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** Tells when a route begins to drop messages, and when it has dropped none for a while. */
final class DropWatch {

  private static final long LOOK_MS = 1_000;
  private static final Duration QUIET = Duration.ofSeconds(30);

  private final Context context;
  private final List<Watched> watched;
  private final long timer;

  DropWatch(Context context, List<Route> routes, Events events) {
    this.context = context;
    this.watched =
        routes.stream().map(r -> new Watched(r.routeName(), r::dropped, events)).toList();
    this.timer =
        context
            .owner()
            .setPeriodic(LOOK_MS, id -> context.runOnContext(nothing -> look(System.nanoTime())));
  }

  private void look(long nowNanos) {
    watched.forEach(one -> one.look(nowNanos));
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
