package dev.bantam.broker;

import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The conformance suite against the embedded broker. */
class EmbeddedConformanceTest extends BrokerConformance {

  private static Vertx vertx;
  private static EmbeddedBroker broker;

  @BeforeAll
  static void start() throws Exception {
    vertx = Vertx.vertx();
    broker =
        EmbeddedBroker.start(vertx, BrokerOptions.defaults())
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
  }

  @AfterAll
  static void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Override
  int port() {
    return broker.port();
  }

  @Override
  boolean isEmbedded() {
    return true;
  }
}
