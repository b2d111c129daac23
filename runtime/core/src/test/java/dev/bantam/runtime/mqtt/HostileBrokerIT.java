package dev.bantam.runtime.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.runtime.config.MqttConfig;
import dev.bantam.testkit.Eventually;
import dev.bantam.testkit.Mosquitto;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Our client at a broker that sends malformed and hostile packets: it lives on and comes back. */
@Timeout(180)
class HostileBrokerIT {

  private static final long SEED = 20_261_127;
  private static final int DEVICES = 6;
  private static final int ATTACKS = 150;
  private static final Duration ATTACK_LIMIT = Duration.ofSeconds(60);
  private static final Pace SOON = new Pace(20, 100);

  @TempDir Path folder;

  @Test
  void shouldServeAsSoonAsTheBrokerIsGood() throws Exception {
    List<GatewayFixture> devices = new ArrayList<>();
    try (Mosquitto real = Mosquitto.start(folder);
        HostileBroker broker = new HostileBroker(real.port(), SEED)) {
      // Given
      MqttConfig config = MqttConfig.of(URI.create(broker.url()));
      for (int i = 1; i <= DEVICES; i++) {
        devices.add(
            GatewayFixture.starting(
                "gw-" + i, config, new FakeHandler(), new Pace.Set(SOON, SOON, SOON)));
      }

      // When
      Eventually.await("many attacks", ATTACK_LIMIT, () -> broker.attacks.get() >= ATTACKS);
      broker.beGood();

      // Then
      devices.forEach(GatewayFixture::awaitConnected);
      try (TestClient client = TestClient.connect(real.url(), "clients/me")) {
        for (int i = 1; i <= DEVICES; i++) {
          client.ask("bantam/v1/device/gw-%d/task/echo".formatted(i), "hi", "clients/me", "c" + i);
        }
        assertThat(client.finalReply(DEVICES - 1).text()).isEqualTo("HI");
      }
      Eventually.await(
          "no thread of a lost connection is left",
          GatewayFixture.LIMIT,
          () -> receivers() == 2 * DEVICES && connecting() == 0);
    } finally {
      devices.forEach(GatewayFixture::close);
    }
  }

  private static long receivers() {
    return threads("MQTT Rec: bantam-gw-");
  }

  private static long connecting() {
    return threads("MQTT Con: bantam-gw-");
  }

  private static long threads(String prefix) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith(prefix))
        .count();
  }
}
