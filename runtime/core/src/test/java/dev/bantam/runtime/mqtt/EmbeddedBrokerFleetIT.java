package dev.bantam.runtime.mqtt;

import dev.bantam.broker.BrokerOptions;
import dev.bantam.broker.EmbeddedBroker;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** A fleet over the embedded broker. */
class EmbeddedBrokerFleetIT extends FleetCases {

  private static final Vertx VERTX = Vertx.vertx();

  private static EmbeddedBroker broker;

  @BeforeAll
  static void startBroker() throws Exception {
    broker =
        EmbeddedBroker.start(VERTX, BrokerOptions.onPort(0))
            .toCompletionStage()
            .toCompletableFuture()
            .get(20, TimeUnit.SECONDS);
  }

  @AfterAll
  static void stopBroker() throws Exception {
    VERTX.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @Override
  String url() {
    return "mqtt://127.0.0.1:" + broker.port();
  }
}
