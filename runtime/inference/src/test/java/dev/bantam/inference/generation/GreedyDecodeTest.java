package dev.bantam.inference.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.inference.session.DecoderModel;
import dev.bantam.inference.session.TinyDecoder;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GreedyDecodeTest {

  @TempDir static Path folder;
  private static DecoderModel model;

  @BeforeAll
  static void load() throws Exception {
    Integer[] allTokensStop = IntStream.range(0, TinyDecoder.VOCAB).boxed().toArray(Integer[]::new);
    model = TinyDecoder.load(folder, allTokensStop);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void shouldListFiveTokensAStepAndPassStopTokens() throws Exception {
    // When
    List<GreedyDecode.Step> steps = GreedyDecode.run(model, new int[] {1, 2, 3}, 9);

    // Then
    assertThat(steps).hasSize(9);
    for (GreedyDecode.Step step : steps) {
      assertThat(step.top()).hasSize(5);
      assertThat(step.top().get(0).token()).isEqualTo(step.token());
      assertThat(step.top())
          .isSortedAccordingTo(Comparator.comparing(TokenLogit::logit).reversed());
    }
  }

  @Test
  void shouldFollowFromItsOwnTokens() throws Exception {
    // Given
    List<GreedyDecode.Step> steps = GreedyDecode.run(model, new int[] {1, 2, 3}, 3);

    // When
    List<GreedyDecode.Step> later =
        GreedyDecode.run(model, new int[] {1, 2, 3, steps.get(0).token(), steps.get(1).token()}, 1);

    // Then
    assertThat(later.get(0).token()).isEqualTo(steps.get(2).token());
  }

  @Test
  void shouldSayWhatIsWrongWithTheInput() {
    assertRefused(ErrorCode.INVALID_REQUEST, "at least one token id", 4);
    assertRefused(ErrorCode.INVALID_REQUEST, "at least 1", 0, 1);
    assertRefused(ErrorCode.INVALID_REQUEST, "-1 is no token id", 4, -1);
    assertRefused(ErrorCode.INVALID_REQUEST, "64 is no token id", 4, 64);
    assertRefused(ErrorCode.PROMPT_TOO_LONG, "context of 700", 699, 1, 2);
    assertRefused(ErrorCode.PROMPT_TOO_LONG, "context of 700", Integer.MAX_VALUE, 1);
  }

  private static void assertRefused(ErrorCode code, String named, int newTokens, int... tokens) {
    assertThatThrownBy(() -> GreedyDecode.run(model, tokens, newTokens))
        .isInstanceOfSatisfying(TaskException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(named);
  }
}
