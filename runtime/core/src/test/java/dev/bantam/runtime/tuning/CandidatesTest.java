package dev.bantam.runtime.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CandidatesTest {

  @Test
  void shouldTryAllThatTwoThreadsCanDo() {
    assertThat(Candidates.beside(RunSettings.of(2, true), List.of(1, 0)))
        .containsExactlyInAnyOrder(
            RunSettings.of(1, false),
            RunSettings.of(2, false),
            new RunSettings(2, true, List.of(1)));
  }

  @Test
  void shouldNeverSpinWhereTheProfileForbidsIt() {
    assertThat(Candidates.beside(RunSettings.of(4, false), List.of(3, 2, 1, 0)))
        .isNotEmpty()
        .noneMatch(RunSettings::spinning);
  }

  @Test
  void shouldNeverHaveMoreThreadsThanTheProfileGives() {
    List<RunSettings> all =
        Candidates.beside(RunSettings.of(16, true), IntStream.range(0, 32).boxed().toList());

    assertThat(all).allMatch(settings -> settings.threads() <= 16);
    assertThat(all)
        .extracting(RunSettings::threads)
        .contains(1, 2, 3, 4, 8, 12, 15, 16)
        .doesNotContain(5, 7, 11);
    assertThat(all).doesNotHaveDuplicates().doesNotContain(RunSettings.of(16, true));
  }

  @Test
  void shouldTieNoMoreThreadsThanThereAreCores() {
    assertThat(Candidates.beside(RunSettings.of(4, true), List.of(1, 0)))
        .filteredOn(settings -> !settings.processors().isEmpty())
        .containsExactly(new RunSettings(2, true, List.of(1)));
  }

  @Test
  void shouldHaveNothingToTryWithOneThread() {
    assertThat(Candidates.beside(RunSettings.of(1, true), List.of(0))).isEmpty();
  }
}
