package dev.bantam.runtime.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.runtime.config.MqttConfig;
import dev.bantam.testkit.Eventually;
import dev.bantam.testkit.Mosquitto;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code mqtt.url} with several brokers: real ones that are killed and come back. */
@Timeout(120)
class SeveralBrokersIT {

  private static final String BASE = "bantam/v1/device/gw-1";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path folder;

  private static MqttConfig config(Mosquitto... brokers) {
    List<URI> urls = Stream.of(brokers).map(broker -> URI.create(broker.url())).toList();
    return MqttConfig.of(urls.get(0)).withUrls(urls);
  }

  /** Waits until the device says on this broker that it is online, and answers there. */
  private static void awaitServed(Mosquitto broker) throws Exception {
    try (TestClient client =
        TestClient.connect(broker.url(), BASE + "/answer/#", BASE + "/status")) {
      Eventually.await(
          "online",
          LIMIT,
          () ->
              client.replies.stream()
                  .filter(r -> r.topic().endsWith("/status"))
                  .reduce((a, b) -> b)
                  .filter(r -> r.text().contains("\"online\""))
                  .isPresent());
      client.ask(BASE + "/task/echo", "here", BASE + "/answer/me/echo", "c");
      assertThat(client.finalReply(0).text()).isEqualTo("HERE");
    }
  }

  @Test
  void shouldGoToTheNextBrokerWithAllConnectionsAndBackToTheFirst() throws Exception {
    try (Mosquitto first = Mosquitto.start(folder.resolve("first"));
        Mosquitto second = Mosquitto.start(folder.resolve("second"));
        GatewayFixture fixture =
            GatewayFixture.starting(config(first, second), new FakeHandler())) {
      // Given
      awaitServed(first);

      // When
      first.kill();

      // Then
      awaitServed(second);

      // When the first is there again, the device stays; it goes back when the second fails
      first.restart();
      awaitServed(second);
      second.kill();
      awaitServed(first);
      fixture.awaitConnected();
    }
  }

  @Test
  void shouldStartAtTheBrokerThatIsThere() throws Exception {
    try (Mosquitto first = Mosquitto.start(folder.resolve("first"));
        Mosquitto second = Mosquitto.start(folder.resolve("second"))) {
      first.kill();
      try (GatewayFixture fixture =
          GatewayFixture.starting(config(first, second), new FakeHandler())) {
        awaitServed(second);
        assertThat(fixture.connected()).isTrue();
      }
    }
  }
}
