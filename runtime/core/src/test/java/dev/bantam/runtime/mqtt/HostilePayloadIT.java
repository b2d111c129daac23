package dev.bantam.runtime.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.broker.BrokerOptions;
import dev.bantam.broker.EmbeddedBroker;
import dev.bantam.testkit.Eventually;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Malformed and hostile payloads and properties over the embedded broker: each request is answered
 * once, by an answer or an error with a known code, and the device lives on.
 */
@Timeout(120)
class HostilePayloadIT {

  private static final long SEED = 42;
  private static final int REQUESTS = 1_500;
  private static final String BASE = "bantam/v1/device/gw-1";
  private static final String ANSWER = BASE + "/answer/me/echo";
  private static final byte[] GOOD =
      "{\"id\":7,\"prompt\":\"Wie heiß ist es?\",\"stream\":false,\"top\":null,\"stop\":[\"a\",{\"b\":1e9}]}"
          .getBytes(StandardCharsets.UTF_8);

  @Test
  void shouldAnswerEachOnceAndLiveOn() throws Exception {
    Vertx vertx = Vertx.vertx();
    EmbeddedBroker broker =
        EmbeddedBroker.start(vertx, BrokerOptions.onPort(0))
            .toCompletionStage()
            .toCompletableFuture()
            .get(20, TimeUnit.SECONDS);
    String url = "mqtt://127.0.0.1:" + broker.port();
    try (GatewayFixture gateway = GatewayFixture.start(url);
        TestClient client = TestClient.connect(url, ANSWER)) {
      // When
      Random random = new Random(SEED);
      for (int i = 0; i < REQUESTS; i++) {
        client.publish(BASE + "/task/echo", payload(random), 1, false, properties(random, i));
      }

      // Then
      Eventually.await(
          "all are answered", Duration.ofSeconds(60), () -> client.finals().size() >= REQUESTS);
      assertThat(client.finals()).hasSize(REQUESTS);
      assertThat(client.finals().stream().map(TestClient.Reply::correlation).distinct())
          .hasSize(REQUESTS);
      assertThat(client.finals().stream().filter(HostilePayloadIT::isError).count())
          .isBetween(100L, REQUESTS - 20L);
      assertThat(gateway.connected()).isTrue();
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
  }

  private static boolean isError(TestClient.Reply reply) {
    return reply.text().contains("\"error\":{\"code\":\"");
  }

  private static MqttProperties properties(Random random, int number) {
    MqttProperties properties = TestClient.properties(ANSWER, "fuzz-" + number);
    switch (random.nextInt(6)) {
      case 0 -> properties.setContentType("application/json");
      case 1 -> properties.setContentType("text/plain; charset=\"utf-8\"; x=" + "y".repeat(500));
      case 2 -> properties.setContentType("image/" + random.nextInt());
      case 3 -> properties.setMessageExpiryInterval(4_294_967_295L);
      default -> properties.setPayloadFormat(random.nextBoolean());
    }
    return properties;
  }

  private static byte[] payload(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> noise(random);
      case 1 -> Arrays.copyOf(GOOD, random.nextInt(GOOD.length));
      case 2 ->
          ("{\"prompt\":" + "[".repeat(1 + random.nextInt(20_000)))
              .getBytes(StandardCharsets.UTF_8);
      case 3 ->
          "{\"prompt\":\"a\",\"max_tokens\":%se%d}"
              .formatted("9".repeat(1 + random.nextInt(400)), random.nextInt(400))
              .getBytes(StandardCharsets.UTF_8);
      case 4 ->
          "{\"prompt\":\"a\",\"prompt\":\"b\",\"id\":{\"a\":[]},\"stream\":\"%d\"}"
              .formatted(random.nextInt())
              .getBytes(StandardCharsets.UTF_8);
      case 5 -> " \t\u0000\uFEFF".substring(random.nextInt(4)).getBytes(StandardCharsets.UTF_8);
      default -> mutated(random);
    };
  }

  private static byte[] noise(Random random) {
    byte[] bytes = new byte[random.nextInt(300)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] mutated(Random random) {
    byte[] bytes = GOOD.clone();
    for (int i = random.nextInt(5); i > 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }
}
