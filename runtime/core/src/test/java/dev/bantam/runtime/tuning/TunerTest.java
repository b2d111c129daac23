package dev.bantam.runtime.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** With models whose speeds are known, and machines that are disturbed. */
class TunerTest {

  private static final RunSettings USUAL = RunSettings.of(4, true);
  private static final RunSettings SLEEPING = RunSettings.of(4, false);
  private static final RunSettings THREE = RunSettings.of(3, true);
  private static final RunSettings ONE = RunSettings.of(1, false);

  private final List<RunSettings> measured = new ArrayList<>();

  private Tuner.Outcome choose(Tuner.Trial trial, RunSettings... others) throws Exception {
    Tuner tuner =
        new Tuner(trial, (stage, round, rounds, settings, speeds) -> measured.add(settings));
    return tuner.choose(USUAL, List.of(others));
  }

  private static Map<String, Double> speeds(double prefill, double decode) {
    return Map.of("prefill_tokens_per_second", prefill, "decode_tokens_per_second", decode);
  }

  private static double factor(RunSettings settings) {
    if (settings.equals(THREE)) {
      return 1.2;
    }
    return settings.equals(ONE) ? 0.5 : 1;
  }

  @Test
  void shouldTakeWhatIsClearlyFaster() throws Exception {
    Tuner.Outcome outcome =
        choose(
            settings -> speeds(500 * factor(settings), 90 * factor(settings)),
            SLEEPING,
            THREE,
            ONE);

    assertThat(outcome.chosen()).isEqualTo(THREE);
    assertThat(outcome.ratio()).isBetween(1.19, 1.21);
    assertThat(outcome.reason()).contains("1.20", "7 of 7");
    assertThat(outcome.trials())
        .extracting(Tuner.Tried::settings)
        .containsExactly(SLEEPING, THREE, ONE);
  }

  @Test
  void shouldNotGoOnWithWhatIsFarBehind() throws Exception {
    Tuner.Outcome outcome = choose(settings -> speeds(500 * factor(settings), 90), ONE, SLEEPING);

    assertThat(outcome.chosen()).isEqualTo(USUAL);
    assertThat(measured).filteredOn(ONE::equals).hasSize(2);
    assertThat(measured).filteredOn(SLEEPING::equals).hasSize(4);
    assertThat(outcome.trials().get(0).note()).isEqualTo("slower in each round");
  }

  @Test
  void shouldKeepTheUsualWhereOneSpeedIsBoughtWithAnother() throws Exception {
    Tuner.Outcome outcome =
        choose(settings -> settings.equals(THREE) ? speeds(900, 80) : speeds(500, 90), THREE);

    assertThat(outcome.chosen()).isEqualTo(USUAL);
  }

  @Test
  void shouldKeepTheUsualWhereNothingCanBeChosen() throws Exception {
    Tuner.Outcome outcome = choose(settings -> speeds(500, 90));

    assertThat(outcome.chosen()).isEqualTo(USUAL);
    assertThat(measured).isEmpty();
  }

  @Test
  void shouldLeaveOutWhatCannotBeLoaded() throws Exception {
    Tuner.Outcome outcome =
        choose(
            settings -> {
              if (settings.equals(SLEEPING)) {
                throw new TaskException(ErrorCode.MODEL_UNUSABLE, "no such processor");
              }
              return speeds(500 * factor(settings), 90 * factor(settings));
            },
            SLEEPING,
            THREE);

    assertThat(outcome.chosen()).isEqualTo(THREE);
    assertThat(outcome.trials().get(0).note()).isEqualTo("no such processor");
  }

  @Test
  void shouldSayWhyTheModelCannotBeRun() {
    assertThatThrownBy(
            () ->
                choose(
                    settings -> {
                      throw new TaskException(ErrorCode.OUT_OF_MEMORY, "does not fit");
                    },
                    THREE))
        .isInstanceOf(TaskException.class)
        .hasMessageContaining("does not fit");
  }

  @Test
  void shouldNotBeFooledByAMachineThatGetsSlowerAndSlower() throws Exception {
    int[] runs = new int[1];

    Tuner.Outcome outcome =
        choose(
            settings -> {
              double left = Math.pow(0.97, runs[0]++);
              return speeds(500 * left, 90 * left);
            },
            SLEEPING,
            THREE,
            ONE);

    assertThat(outcome.chosen()).isEqualTo(USUAL);
  }

  /** Of 300 machines on which other programs take up to a third of a run's time. */
  @Test
  void shouldAlmostNeverTakeWhatIsNotFasterOnABusyMachine() throws Exception {
    long wrong = 0;
    for (int seed = 0; seed < 300; seed++) {
      wrong += busy(seed, 1).equals(USUAL) ? 0 : 1;
    }
    assertThat(wrong).isLessThanOrEqualTo(3);
  }

  @Test
  void shouldTakeWhatIsMuchFasterOnABusyMachine() throws Exception {
    long found = 0;
    for (int seed = 0; seed < 300; seed++) {
      found += busy(seed, 1.5).equals(THREE) ? 1 : 0;
    }
    assertThat(found).isGreaterThan(200);
  }

  private RunSettings busy(int seed, double factor) throws Exception {
    Random random = new Random(seed);
    RunSettings[] others =
        IntStream.rangeClosed(0, 3)
            .mapToObj(i -> i == 0 ? THREE : new RunSettings(4, true, List.of(i, i + 1, i + 2)))
            .toArray(RunSettings[]::new);
    return choose(
            settings -> {
              double left = 1 - random.nextDouble() / 3;
              double gain = settings.equals(THREE) ? factor : 1;
              return speeds(500 * left * gain, 90 * left * gain);
            },
            others)
        .chosen();
  }
}
