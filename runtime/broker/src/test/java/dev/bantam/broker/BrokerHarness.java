package dev.bantam.broker;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;

/** Starts embedded brokers for tests and waits for their futures. */
final class BrokerHarness implements AutoCloseable {

  private final Vertx vertx = Vertx.vertx();
  private final EmbeddedBroker broker;

  BrokerHarness(BrokerOptions options) {
    broker = await(EmbeddedBroker.start(vertx, options));
  }

  static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e.getCause() == null ? e : e.getCause());
    }
  }

  int port() {
    return broker.port();
  }

  EmbeddedBroker broker() {
    return broker;
  }

  Vertx vertx() {
    return vertx;
  }

  BrokerStatus status() {
    return await(broker.status());
  }

  RawClient client(String id, Props properties) {
    RawClient client = new RawClient(port(), true);
    client.connected(id, properties);
    return client;
  }

  @Override
  public void close() {
    await(vertx.close());
  }
}
