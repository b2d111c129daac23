package dev.bantam.runtime.governor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TemperatureLimitsTest {

  private static TemperatureLimits limits(Double warm, Double hot, Double critical, Duration hold) {
    return new TemperatureLimits(
        Optional.ofNullable(warm),
        Optional.ofNullable(hot),
        Optional.ofNullable(critical),
        Optional.ofNullable(hold));
  }

  @Test
  void shouldLetASiteChangeSingleLimits() {
    TemperatureLimits profile = limits(70.0, 80.0, 85.0, null);

    assertThat(profile.over(TemperatureLimits.NONE).policy())
        .contains(new HeatPolicy(70, 80, Optional.of(85.0), Duration.ofSeconds(30)));
    assertThat(profile.over(limits(60.0, null, null, Duration.ofMinutes(1))).policy())
        .contains(new HeatPolicy(60, 80, Optional.of(85.0), Duration.ofMinutes(1)));
  }

  @Test
  void shouldLetASiteSwitchItOff() {
    HeatPolicy never =
        limits(70.0, 80.0, 85.0, null)
            .over(limits(null, 150.0, 150.0, null))
            .policy()
            .orElseThrow();

    assertThat(never.next(Level.NORMAL, 149.9, Duration.ZERO)).isEqualTo(Level.RAISED);
  }

  @Test
  void shouldFillInWhatIsUsual() {
    assertThat(TemperatureLimits.NONE.policy()).isEmpty();
    assertThat(limits(null, 75.0, null, null).policy())
        .contains(new HeatPolicy(65, 75, Optional.empty(), Duration.ofSeconds(30)));
  }

  @Test
  void shouldRefuseLimitsInAnotherOrderThanTheirNames() {
    TemperatureLimits profile = limits(70.0, 80.0, 85.0, null);

    assertThatThrownBy(() -> profile.over(limits(null, 65.0, null, null)).policy())
        .hasMessage(
            "temperature.warm: must be below hot: 70.0 is not below 65.0 (device profile and bantam.yaml together)");
    assertThatThrownBy(() -> profile.over(limits(null, 90.0, null, null)).policy())
        .hasMessageStartingWith("temperature.critical: must not be below hot: 85.0 is below 90.0");
    assertThatThrownBy(() -> limits(60.0, null, null, null).policy())
        .hasMessageContaining("add the key hot");
  }
}
