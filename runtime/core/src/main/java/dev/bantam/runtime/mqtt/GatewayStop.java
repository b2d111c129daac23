package dev.bantam.runtime.mqtt;

import dev.bantam.runtime.dispatch.RequestHandler;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** The way out of a gateway, step by step. On its context. */
final class GatewayStop {

  private static final Duration FLUSH_LIMIT = Duration.ofSeconds(3);

  /** Longer than the broker takes to send the next message once there is room for it. */
  private static final long QUIET_NANOS = 200_000_000;

  private final Patience patience;
  private final GatewayConnections connections;
  private final Exchanges exchanges;
  private final RequestHandler handler;

  GatewayStop(
      Patience patience,
      GatewayConnections connections,
      Exchanges exchanges,
      RequestHandler handler) {
    this.patience = patience;
    this.connections = connections;
    this.exchanges = exchanges;
    this.handler = handler;
  }

  /** Completes when the broker knows, or after a moment if it is away. */
  Future<Void> leaveFleet() {
    List<Future<Void>> left = connections.work().stream().map(WorkConnection::leaveFleet).toList();
    return patience.until(
        FLUSH_LIMIT, () -> !connections.connected() || left.stream().allMatch(Future::isComplete));
  }

  /** Completes once the broker has nothing more for this device of its fleets' work. */
  Future<Void> finishFleet(Duration limit) {
    AtomicLong busy = new AtomicLong(System.nanoTime());
    return patience.until(
        limit,
        () -> {
          if (!connections.work().stream().allMatch(WorkConnection::isFleetWorkDone)) {
            busy.set(System.nanoTime());
          }
          return !connections.connected() || System.nanoTime() - busy.get() > QUIET_NANOS;
        });
  }

  Future<Void> drainFeeds(Duration limit) {
    connections.feeds().forEach(FeedConnection::drain);
    return patience.until(limit, connections::feedsIdle);
  }

  /**
   * Ends one feed while all else goes on, unless another takes its place before it has ended. What
   * has come is done within {@code limit}; then the broker keeps nothing more for it.
   */
  void endFeed(FeedConnection feed, Duration limit) {
    MqttConnection connection = feed.connection();
    MessageFeed ending = feed.feed();
    Future<Void> forgotten = connection.subscriptions().end(ending.filters());
    feed.retire();
    patience
        .until(limit, feed::idle)
        .compose(
            idle ->
                patience.until(
                    FLUSH_LIMIT, () -> connection.unsent() == 0 && forgotten.isComplete()))
        .onSuccess(
            flushed -> {
              if (feed.feed() == ending) {
                connections.forget(feed);
                feed.keepTheRest().eventually(connection::close);
              }
            });
  }

  /**
   * @param lastWords run once no request is in flight, before the device says goodbye
   */
  Future<Void> drainAndClose(Duration limit, Runnable lastWords) {
    connections.work().forEach(WorkConnection::drain);
    connections.feeds().forEach(FeedConnection::drain);
    return patience
        .until(limit, () -> exchanges.inFlight().isEmpty() && connections.feedsIdle())
        .compose(
            drained -> {
              exchanges.inFlight().forEach(this::giveUp);
              lastWords.run();
              return patience.until(FLUSH_LIMIT, this::flushed);
            })
        .compose(flushed -> connections.keepTheRest())
        .compose(
            kept -> {
              connections.control().publishOffline();
              return patience.until(FLUSH_LIMIT, connections::flushed);
            })
        .compose(flushed -> connections.close());
  }

  private boolean flushed() {
    return connections.flushed() && (connections.control().hasToldAll() || connections.away());
  }

  private void giveUp(Exchanges.Exchange exchange) {
    exchange
        .publisher()
        .ifPresent(
            publisher ->
                publisher.fail(
                    new TaskException(
                        ErrorCode.DRAINING,
                        "the runtime stops before the answer is complete; ask again in a moment",
                        null,
                        Duration.ofSeconds(5))));
    handler.cancel(exchange.id());
  }
}
