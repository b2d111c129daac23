package dev.bantam.runtime.swap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.runtime.swap.SwapPolicy.Decision;
import dev.bantam.runtime.swap.SwapPolicy.Memory;
import dev.bantam.runtime.swap.SwapPolicy.Verdict;
import dev.bantam.runtime.swap.SwapPolicy.Watch;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SwapPolicyTest {

  private static final long MB = 1024 * 1024;

  @ParameterizedTest
  @CsvSource({
    // wanted, budget, others, active, candidate, decision
    "AUTO, 1000, 100, 300, 300, OVERLAP",
    "AUTO, 1000, 100, 450, 450, OVERLAP",
    "AUTO, 1000, 100, 450, 451, EXCLUSIVE",
    "AUTO, 1000, 100, 450, 900, EXCLUSIVE",
    "AUTO, 1000, 100, 450, 901, over_budget",
    "AUTO, 1000, 900, 450, 450, EXCLUSIVE",
    "AUTO, 1000, 900, 450, 451, over_budget",
    "AUTO, 1000, 0, 0, 1000, OVERLAP",
    "OVERLAP, 1000, 100, 450, 450, OVERLAP",
    "OVERLAP, 1000, 100, 450, 451, no_room_for_both",
    "OVERLAP, 1000, 100, 450, 901, over_budget",
    "EXCLUSIVE, 1000, 100, 100, 100, EXCLUSIVE",
    "EXCLUSIVE, 1000, 100, 100, 901, over_budget",
  })
  void shouldChooseTheModeByTheMemory(
      SwapMode wanted, long budget, long others, long active, long candidate, String expected) {
    // When
    Decision decision =
        SwapPolicy.mode(wanted, new Memory(budget * MB, others * MB, active * MB, candidate * MB));

    // Then
    assertThat(
            decision instanceof Decision.Reject reject
                ? reject.code()
                : ((Decision.Load) decision).mode().name())
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    // now, not before, quiet hours, seconds asked, seconds waited, until
    "2026-01-31T12:00:00Z, , , , 0, ",
    "2026-01-31T12:00:00Z, 2026-01-31T13:00:00Z, , , 0, 2026-01-31T13:00:00Z",
    "2026-01-31T13:00:00Z, 2026-01-31T13:00:00Z, , , 0, ",
    "2026-01-31T12:00:00Z, , 08:00-18:30, , 0, 2026-01-31T18:30:00Z",
    "2026-01-31T18:30:00Z, , 08:00-18:30, , 0, ",
    "2026-01-31T23:00:00Z, , 22:00-06:00, , 0, 2026-02-01T06:00:00Z",
    "2026-01-31T05:00:00Z, , 22:00-06:00, , 0, 2026-01-31T06:00:00Z",
    "2026-01-31T07:00:00Z, , 22:00-06:00, , 0, ",
    "2026-01-31T12:00:00Z, , , 30, 0, 2026-01-31T12:00:30Z",
    "2026-01-31T12:00:00Z, , , 3600, 0, 2026-01-31T12:10:00Z",
    "2026-01-31T12:00:00Z, , , 3600, 590, 2026-01-31T12:00:10Z",
    "2026-01-31T12:00:00Z, , , 3600, 600, ",
    "2026-01-31T12:00:00Z, , , 0, 0, ",
  })
  void shouldWaitForItsTime(
      String now, String notBefore, String quiet, Long asked, long waited, String until) {
    // Given
    SwapSettings defaults = SwapSettings.DEFAULTS;
    SwapSettings settings =
        new SwapSettings(
            SwapMode.AUTO,
            defaults.drainTimeout(),
            defaults.probation(),
            Optional.ofNullable(notBefore).map(Instant::parse),
            Optional.ofNullable(quiet).map(QuietHours::parse),
            Optional.empty(),
            defaults.maxErrorRate(),
            false);

    // When
    Optional<SwapPolicy.Wait> wait =
        SwapPolicy.deferral(
            settings,
            ZonedDateTime.parse(now),
            Optional.ofNullable(asked).map(Duration::ofSeconds),
            Duration.ofSeconds(waited));

    // Then
    assertThat(wait.map(SwapPolicy.Wait::until))
        .isEqualTo(Optional.ofNullable(until).map(Instant::parse));
  }

  @ParameterizedTest
  @CsvSource({
    // seconds left, answered, failed, memory, memory before, budget, verdict
    "30, 0, 0, 100, 100, 1000, WATCH",
    "0, 0, 0, 100, 100, 1000, COMMIT",
    "-1, 100, 10, 100, 100, 1000, COMMIT",
    "30, 0, 2, 100, 100, 1000, WATCH",
    "30, 0, 3, 100, 100, 1000, TOO_MANY_ERRORS",
    "30, 27, 3, 100, 100, 1000, WATCH",
    "30, 26, 3, 100, 100, 1000, TOO_MANY_ERRORS",
    "0, 26, 3, 100, 100, 1000, TOO_MANY_ERRORS",
    "30, 0, 0, 1050, 100, 1000, WATCH",
    "30, 0, 0, 1051, 100, 1000, TOO_MUCH_MEMORY",
    "30, 0, 0, 1051, 1051, 1000, WATCH",
  })
  void shouldWatchAModelInProbation(
      long left,
      long answered,
      long failed,
      long memory,
      long before,
      long budget,
      Verdict expected) {
    assertThat(
            SwapPolicy.probation(
                new Watch(Duration.ofSeconds(left), answered, failed, memory, before, budget), 0.1))
        .isEqualTo(expected);
  }

  @Test
  void shouldRefuseHoursThatAreNone() {
    for (String text : new String[] {"08:00", "25:00-06:00", "06:00-06:00", "6-7", ""}) {
      assertThatThrownBy(() -> QuietHours.parse(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("08:00-18:30");
    }
  }
}
