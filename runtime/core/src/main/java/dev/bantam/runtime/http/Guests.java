package dev.bantam.runtime.http;

import io.micrometer.core.instrument.Counter;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashSet;
import java.util.Set;

/**
 * Who is connected: so many at the same time, and each for so long, whatever it does meanwhile. A
 * client that sends byte after byte, or does not read its answer, therefore holds a place for a
 * bounded time. On the runtime's context.
 */
final class Guests {

  private final Vertx vertx;
  private final HttpSettings.Limits limits;
  private final Counter crowded;
  private final Counter slow;
  private final Counter malformed;
  private final Set<HttpConnection> unserved = new HashSet<>();
  private int here;

  Guests(Vertx vertx, HttpSettings.Limits limits, Metrics metrics) {
    this.vertx = vertx;
    this.limits = limits;
    this.crowded = metrics.refused("too_many_connections");
    this.slow = metrics.refused("timeout");
    this.malformed = metrics.refused("malformed");
  }

  /** Lets one in, if there is room. */
  void came(HttpConnection connection) {
    if (here >= limits.connections()) {
      crowded.increment();
      connection.close();
      return;
    }
    here++;
    unserved.add(connection);
    long timer =
        vertx.setTimer(
            limits.timeout().toMillis(),
            late -> {
              slow.increment();
              connection.close();
            });
    connection.closeHandler(
        gone -> {
          here--;
          unserved.remove(connection);
          vertx.cancelTimer(timer);
        });
  }

  /** Whether it is the first request of its connection, the only one that is answered. */
  boolean serves(HttpServerRequest request) {
    return unserved.remove(request.connection());
  }

  /** What came is no request, or a larger one than is allowed. */
  void malformed(HttpServerRequest request) {
    malformed.increment();
    HttpServerRequest.DEFAULT_INVALID_REQUEST_HANDLER.handle(request);
  }
}
