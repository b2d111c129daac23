package dev.bantam.runtime.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.broker.BrokerOptions;
import dev.bantam.broker.EmbeddedBroker;
import dev.bantam.runtime.config.MqttConfig;
import dev.bantam.testkit.Eventually;
import io.vertx.core.Vertx;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The RPC contract, and two devices of one name, over the embedded broker. */
class EmbeddedBrokerRpcIT extends RpcContractCases {

  private static final Vertx VERTX = Vertx.vertx();

  private static EmbeddedBroker broker;
  private static GatewayFixture fixture;

  @BeforeAll
  static void start() throws Exception {
    broker =
        EmbeddedBroker.start(VERTX, BrokerOptions.onPort(0))
            .toCompletionStage()
            .toCompletableFuture()
            .get(20, TimeUnit.SECONDS);
    fixture = GatewayFixture.start(address());
  }

  @AfterAll
  static void stop() throws Exception {
    fixture.close();
    VERTX.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private static String address() {
    return "mqtt://127.0.0.1:" + broker.port();
  }

  @Override
  GatewayFixture fixture() {
    return fixture;
  }

  @Override
  String url() {
    return address();
  }

  @Test
  void shouldSayInTheStatusThatAnotherDeviceHasItsName() throws Exception {
    // Given: the pauses of a minute and more are too long for a test
    Pace.Set usual = Pace.Set.STANDARD;
    Pace.Set paces = new Pace.Set(usual.usual(), usual.person(), new Pace(1_000, 2_000));
    MqttConfig config = MqttConfig.of(URI.create(address()));
    String status = BASE + "/status";

    fixture.close();

    // When
    try (GatewayFixture original = GatewayFixture.starting(config, new FakeHandler(), paces);
        TestClient watcher = TestClient.connect(address(), status);
        GatewayFixture copy = GatewayFixture.starting(config, new FakeHandler(), paces)) {
      Eventually.await(
          "a conflict in the status",
          LIMIT,
          () -> watcher.replies.stream().anyMatch(r -> r.text().contains("conflict")));
      assertThat(original.vertx).isNotSameAs(copy.vertx);
    } finally {
      fixture = GatewayFixture.start(address());
    }
  }
}
