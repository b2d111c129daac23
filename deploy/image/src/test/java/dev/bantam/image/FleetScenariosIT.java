package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The scenarios in which a fleet's broker or devices die, as a user plays them: three devices of
 * their own processes, each with the default encoder, and mosquitto.
 */
@Timeout(300)
class FleetScenariosIT {

  private static final Duration LIMIT = Duration.ofMinutes(4);

  @ParameterizedTest
  @ValueSource(strings = {"broker-loss", "device-loss"})
  void shouldLoseNoRequest(String scenario) {
    try (BantamProcess run =
        BantamProcess.bantam(
            BantamProcess.testHome(), "sim", "run", scenario, "--short", "--json")) {
      assertThat(run.exitStatus(LIMIT)).as(run.toString()).isZero();
      assertThat(run.output())
          .as(run.toString())
          .contains("\"ok\":true", "\"lost\":0", "\"faults\":[{\"kind\":")
          .doesNotContain("\"problem\":");
      assertThat(run.errors()).contains("devices: 3 online");
    }
  }
}
