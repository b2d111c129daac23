package dev.bantam.runtime.heat;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
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
    "NORMAL,   70,    0, WARM",
    "NORMAL,   80,    0, HOT",
    "NORMAL,   85,    0, CRITICAL",
    "WARM,     79.9, 99, WARM",
    "WARM,     80,    0, HOT",
    "HOT,      84.9, 99, HOT",
    "HOT,      85,    0, CRITICAL",
    "CRITICAL, 149,  99, CRITICAL",
    // and better after a while, a step at a time, below the limit of the state under it
    "CRITICAL, 20,   29, CRITICAL",
    "CRITICAL, 20,   30, HOT",
    "CRITICAL, 79.9, 30, HOT",
    "CRITICAL, 80,   99, CRITICAL",
    "HOT,      20,   29, HOT",
    "HOT,      69.9, 30, NORMAL",
    "HOT,      70,   99, HOT",
    "HOT,      79.9, 99, HOT",
    "WARM,     20,   29, WARM",
    "WARM,     67.9, 30, NORMAL",
    "WARM,     68,   99, WARM",
  })
  void shouldSayWhatATemperatureMeans(HeatState now, double celsius, int seconds, HeatState next) {
    assertThat(POLICY.next(now, celsius, Duration.ofSeconds(seconds))).isEqualTo(next);
  }

  @Test
  void shouldNeverBeCriticalWithoutThatLimit() {
    HeatPolicy without = new HeatPolicy(70, 80, Optional.empty(), Duration.ZERO);

    assertThat(without.next(HeatState.NORMAL, 149, Duration.ZERO)).isEqualTo(HeatState.HOT);
  }

  @Test
  void shouldLeaveAndJoinOnceWhileTheTemperatureFlaps() {
    // Given a value a second that jumps between 65 and 81 °C
    HeatState state = HeatState.NORMAL;
    int changes = 0;
    int since = 0;

    // When
    for (int second = 0; second < 300; second++) {
      HeatState next = POLICY.next(state, second % 2 == 0 ? 81 : 65, Duration.ofSeconds(since));
      changes += next.sharesWork() == state.sharesWork() ? 0 : 1;
      since = next == state ? since + 1 : 0;
      state = next;
    }

    // Then it is not more often than once in the time it is held
    assertThat(changes).isBetween(1, 2 * 300 / 30);
  }
}
