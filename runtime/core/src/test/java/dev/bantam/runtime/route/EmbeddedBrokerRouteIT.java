package dev.bantam.runtime.route;

import dev.bantam.broker.BrokerOptions;
import dev.bantam.broker.EmbeddedBroker;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class EmbeddedBrokerRouteIT extends RouteCases {

  private final Vertx vertx = Vertx.vertx();
  private EmbeddedBroker broker;

  @BeforeEach
  void start() throws Exception {
    broker =
        EmbeddedBroker.start(vertx, BrokerOptions.onPort(0))
            .toCompletionStage()
            .toCompletableFuture()
            .get(20, TimeUnit.SECONDS);
  }

  @AfterEach
  void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @Override
  String url() {
    return "mqtt://127.0.0.1:" + broker.port();
  }
}
