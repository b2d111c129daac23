package dev.bantam.runtime.governor;

import static dev.bantam.runtime.governor.GovernorState.NEVER;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GovernorPolicyTest {

  /** 10 s before a step down, 60 s before a step up. */
  private static final GovernorPolicy POLICY =
      new GovernorPolicy(Measure.steps(), Duration.ofSeconds(10), Duration.ofSeconds(60));

  private static Map<SensorKind, Level> levels(String words) {
    Map<SensorKind, Level> levels = new EnumMap<>(SensorKind.class);
    for (String word : words.isEmpty() ? new String[0] : words.split(" ")) {
      String[] pair = word.split(":");
      levels.put(SensorKind.valueOf(pair[0]), Level.valueOf(pair[1]));
    }
    return levels;
  }

  private static long seconds(Long since) {
    return since == null ? NEVER : 1000 * since;
  }

  @ParameterizedTest
  @CsvSource({
    // rung, changed, strained since, calm since, levels, now, next rung
    // down: pressed hard for a step's time, and as long after the last step
    "0,  0,  ,  , 'MEMORY:HIGH', 100, 0",
    "0,  0, 91,  , 'MEMORY:HIGH', 100, 0",
    "0,  0, 90,  , 'MEMORY:HIGH', 100, 1",
    "0,  0, 90,  , 'MEMORY:CRITICAL', 100, 1",
    "0,  0, 90,  , 'TEMPERATURE:HIGH', 100, 1",
    "0,  0, 90,  , 'THROTTLING:HIGH MEMORY:NORMAL', 100, 1",
    "1, 91, 20,  , 'MEMORY:HIGH', 100, 1",
    "1, 90, 20,  , 'MEMORY:HIGH', 100, 2",
    "5,  0,  0,  , 'MEMORY:HIGH', 100, 6",
    "6,  0,  0,  , 'MEMORY:HIGH', 100, 6",
    // a break begins anew
    "0,  0, 50,  , 'MEMORY:RAISED', 100, 0",
    // little power lessens the work of each request, and has none refused
    "3,  0,  0,  , 'POWER:HIGH', 100, 4",
    "4,  0,  0,  , 'POWER:HIGH', 100, 4",
    "4,  0,  0,  , 'POWER:HIGH MEMORY:HIGH', 100, 5",
    // up: nothing presses for as long as it is held, and as long after the last step
    "2,  0,  , 41, 'MEMORY:NORMAL', 100, 2",
    "2,  0,  , 40, 'MEMORY:NORMAL', 100, 1",
    "2, 41,  ,  0, 'MEMORY:NORMAL', 100, 2",
    "2,  0,  ,  0, 'MEMORY:NORMAL TEMPERATURE:RAISED', 100, 2",
    "2,  0,  ,  0, 'MEMORY:NORMAL POWER:HIGH', 100, 2",
    "0,  0,  ,  0, 'MEMORY:NORMAL', 100, 0",
    // what shows nothing is no alarm
    "0,  0,  ,  0, '', 100, 0",
    "2,  0,  , 40, '', 100, 1",
  })
  void shouldTakeOneStepAtATime(
      int rung, long changed, Long strained, Long calm, String levels, long now, int next) {
    GovernorState before =
        new GovernorState(rung, 1000 * changed, seconds(strained), seconds(calm));

    GovernorState after = POLICY.next(before, levels(levels), 1000 * now);

    assertThat(after.rung()).isEqualTo(next);
    assertThat(after.changedAt()).isEqualTo(next == rung ? 1000 * changed : 1000 * now);
  }

  @ParameterizedTest
  @CsvSource({
    "0, '', ''",
    "0, 'TEMPERATURE:RAISED MEMORY:HIGH', ''",
    "0, 'TEMPERATURE:HIGH', 'NO_FLEET_WORK'",
    "0, 'TEMPERATURE:CRITICAL', 'NO_FLEET_WORK NO_REQUESTS'",
    "0, 'MEMORY:CRITICAL', 'NO_FLEET_WORK NO_REQUESTS'",
    "2, 'TEMPERATURE:HIGH', 'FEWER_SEQUENCES SHORTER_ANSWERS NO_FLEET_WORK'",
    "6, '', 'FEWER_SEQUENCES SHORTER_ANSWERS SMALLER_CONTEXT SMALLER_VARIANT NO_LOW_PRIORITY NO_FLEET_WORK'",
  })
  void shouldDoAtOnceWhatCannotWait(int rung, String levels, String measures) {
    assertThat(POLICY.measures(new GovernorState(rung, 0, NEVER, NEVER), levels(levels)))
        .extracting(Measure::name)
        .containsExactlyInAnyOrder(measures.isEmpty() ? new String[0] : measures.split(" "));
  }

  /** The rungs at each second in which it changes. */
  private static List<String> played(GovernorPolicy policy, String... levelOfSecond) {
    List<String> changes = new ArrayList<>();
    GovernorState state = GovernorState.at(0);
    for (int second = 0; second < levelOfSecond.length; second++) {
      int before = state.rung();
      state = policy.next(state, levels(levelOfSecond[second]), 1000L * second);
      if (state.rung() != before) {
        changes.add(second + ":" + state.rung());
      }
    }
    return changes;
  }

  private static String[] seconds(int count, String even, String odd) {
    String[] levels = new String[count];
    for (int second = 0; second < count; second++) {
      levels[second] = second % 2 == 0 ? even : odd;
    }
    return levels;
  }

  @Test
  void shouldStepDownAndUpInOrder() {
    // Given 35 s of pressure, then calm
    String[] levels = seconds(300, "MEMORY:NORMAL", "MEMORY:NORMAL");
    Arrays.fill(levels, 5, 40, "MEMORY:HIGH");

    // When / Then
    assertThat(played(POLICY, levels))
        .containsExactly("15:1", "25:2", "35:3", "100:2", "160:1", "220:0");
  }

  @Test
  void shouldNotMoveWhileASensorFlaps() {
    assertThat(played(POLICY, seconds(600, "MEMORY:HIGH", "MEMORY:NORMAL"))).isEmpty();
    assertThat(played(POLICY, seconds(600, "MEMORY:HIGH", ""))).isEmpty();
  }

  @Test
  void shouldTakeNoStepsWithoutALadder() {
    assertThat(played(GovernorPolicy.NO_STEPS, seconds(60, "MEMORY:HIGH", "MEMORY:HIGH")))
        .isEmpty();
  }
}
