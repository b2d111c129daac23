package dev.bantam.runtime.governor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeatPolicyTest {

  private static final HeatPolicy POLICY =
      new HeatPolicy(70, 80, Optional.of(85.0), Duration.ofSeconds(30));

  @ParameterizedTest
  @CsvSource({
    // it gets worse at once
    "NORMAL,   69.9,  0, NORMAL",
    "NORMAL,   70,    0, RAISED",
    "NORMAL,   80,    0, HIGH",
    "NORMAL,   85,    0, CRITICAL",
    "RAISED,     79.9, 99, RAISED",
    "RAISED,     80,    0, HIGH",
    "HIGH,      84.9, 99, HIGH",
    "HIGH,      85,    0, CRITICAL",
    "CRITICAL, 149,  99, CRITICAL",
    // and better after a while, a step at a time, below the limit of the state under it
    "CRITICAL, 20,   29, CRITICAL",
    "CRITICAL, 20,   30, HIGH",
    "CRITICAL, 79.9, 30, HIGH",
    "CRITICAL, 80,   99, CRITICAL",
    "HIGH,      20,   29, HIGH",
    "HIGH,      69.9, 30, NORMAL",
    "HIGH,      70,   99, HIGH",
    "HIGH,      79.9, 99, HIGH",
    "RAISED,     20,   29, RAISED",
    "RAISED,     67.9, 30, NORMAL",
    "RAISED,     68,   99, RAISED",
  })
  void shouldSayWhatATemperatureMeans(Level now, double celsius, int seconds, Level next) {
    assertThat(POLICY.next(now, celsius, Duration.ofSeconds(seconds))).isEqualTo(next);
  }

  @Test
  void shouldNeverBeCriticalWithoutThatLimit() {
    HeatPolicy without = new HeatPolicy(70, 80, Optional.empty(), Duration.ZERO);

    assertThat(without.next(Level.NORMAL, 149, Duration.ZERO)).isEqualTo(Level.HIGH);
  }

  @Test
  void shouldStayHotWhileTheTemperatureFlaps() {
    // Given a value a second that jumps between 65 and 81 °C, then is 65
    Level level = Level.NORMAL;
    List<String> changes = new ArrayList<>();
    int coolSince = 0;

    // When
    for (int second = 0; second < 300; second++) {
      double celsius = second % 2 == 0 && second < 200 ? 81 : 65;
      coolSince = POLICY.isCool(level, celsius) ? coolSince : second;
      Level next = POLICY.next(level, celsius, Duration.ofSeconds(second - coolSince));
      if (next != level) {
        changes.add(second + ":" + next);
      }
      level = next;
    }

    // Then
    assertThat(changes).containsExactly("0:HIGH", "228:NORMAL");
  }
}
