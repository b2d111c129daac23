package dev.bantam.simulator.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.simulator.scenario.DetectionSpec;
import dev.bantam.simulator.schedule.Publication;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DetectionReportTest {

  private static final DetectionSpec LEAKS =
      new DetectionSpec(
          "leaks",
          "alarms/#",
          Set.of("leak"),
          Optional.empty(),
          Optional.of("sensor"),
          Duration.ofNanos(5));

  private static Publication message(String source, String label) {
    Optional<String> truth = label.isEmpty() ? Optional.empty() : Optional.of(label);
    return new Publication(0, source, 0, "t", new byte[0], 0, false, truth);
  }

  private static Detection at(long nanos, String source) {
    return new Detection(nanos, Optional.of(source));
  }

  @Test
  void shouldMakeOneEpisodeOfMessagesThatFollowEachOther() {
    Episodes episodes = new Episodes();
    episodes.add(message("a", ""), 0);
    episodes.add(message("a", "leak"), 10);
    episodes.add(message("b", "leak"), 11);
    episodes.add(message("a", "leak"), 12);
    episodes.add(message("a", "stuck"), 14);
    episodes.add(message("a", ""), 16);
    episodes.add(message("a", "leak"), 20);

    assertThat(episodes.all())
        .containsExactlyInAnyOrder(
            new Episode("a", "leak", 10, 12),
            new Episode("b", "leak", 11, 11),
            new Episode("a", "stuck", 14, 14),
            new Episode("a", "leak", 20, 20));
  }

  @Test
  void shouldCountWhatIsRightAndWhatIsFound() {
    List<Episode> episodes =
        List.of(
            new Episode("a", "leak", 10, 20),
            new Episode("b", "leak", 10, 20),
            new Episode("c", "stuck", 10, 20));

    DetectionReport report =
        DetectionReport.of(
            LEAKS,
            episodes,
            List.of(
                at(9, "a"), at(10, "a"), at(25, "a"), at(26, "a"), at(15, "c"), at(15, "nobody")));

    assertThat(report).isEqualTo(new DetectionReport("leaks", 2, 1, 6, 2));
    assertThat(report.precision()).hasValue(2 / 6.0);
    assertThat(report.recall()).hasValue(0.5);
    assertThat(report.f1()).hasValue(0.4);
  }

  @Test
  void shouldTakeADetectionThatNamesNobodyForAny() {
    List<Episode> episodes = List.of(new Episode("a", "leak", 10, 20));

    assertThat(
            DetectionReport.of(LEAKS, episodes, List.of(new Detection(12, Optional.empty())))
                .right())
        .isEqualTo(1);
  }

  @Test
  void shouldMeasureNothingWhereThereIsNothing() {
    DetectionReport nothing = DetectionReport.of(LEAKS, List.of(), List.of());
    DetectionReport silent =
        DetectionReport.of(LEAKS, List.of(new Episode("a", "leak", 1, 2)), List.of());

    assertThat(nothing.precision()).isEmpty();
    assertThat(nothing.recall()).isEmpty();
    assertThat(nothing.f1()).isEmpty();
    assertThat(silent.recall()).hasValue(0.0);
    assertThat(silent.f1()).hasValue(0.0);
  }
}
