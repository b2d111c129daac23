package dev.bantam.inference.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.bantam.inference.session.DecoderModel;
import dev.bantam.inference.session.Sequence;
import dev.bantam.inference.session.TinyDecoder;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PerplexityTest {

  @TempDir Path folder;

  @Test
  void shouldScoreTheSecondHalfOfEachWholeWindow() throws Exception {
    try (DecoderModel model = TinyDecoder.load(folder)) {
      // Given: two windows of 100 and a rest
      int[] tokens = IntStream.range(0, 230).map(i -> i * i % TinyDecoder.VOCAB).toArray();
      List<Double> seen = new ArrayList<>();

      // When
      Perplexity.Result result =
          Perplexity.of(model, tokens, 100, (window, total, soFar) -> seen.add(soFar));

      // Then: token by token it is the same
      double sum = surprises(model, Arrays.copyOf(tokens, 100));
      assertThat(Math.log(seen.get(0))).isCloseTo(sum / 49, within(1e-3));
      sum += surprises(model, Arrays.copyOfRange(tokens, 100, 200));
      assertThat(Math.log(result.perplexity())).isCloseTo(sum / 98, within(1e-3));
      assertThat(result.tokens()).isEqualTo(98);
      assertThat(result.windows()).isEqualTo(2);
    }
  }

  private static double surprises(DecoderModel model, int[] tokens) throws TaskException {
    double sum = 0;
    float[] row = new float[TinyDecoder.VOCAB];
    try (Sequence sequence = model.newSequence()) {
      for (int i = 0; i < tokens.length - 1; i++) {
        sequence.evaluate(new int[] {tokens[i]}, 1).get(0, row);
        if (i >= tokens.length / 2) {
          sum += Perplexity.surprise(row, tokens[i + 1]);
        }
      }
    }
    return sum;
  }

  @Test
  void shouldTakeTheLogarithmOfTheSoftmax() {
    float[] logits = {(float) Math.log(1), (float) Math.log(2), (float) Math.log(5)};
    assertThat(Perplexity.surprise(logits, 1)).isCloseTo(-Math.log(0.25), within(1e-6));
  }

  @Test
  void shouldRefuseATextShorterThanAWindow() throws Exception {
    try (DecoderModel model = TinyDecoder.load(folder)) {
      assertThatThrownBy(() -> Perplexity.of(model, new int[99], 100, (window, total, soFar) -> {}))
          .isInstanceOfSatisfying(
              TaskException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST))
          .hasMessageContaining("99");
      assertThatThrownBy(() -> Perplexity.of(model, new int[9], 3, (window, total, soFar) -> {}))
          .hasMessageContaining("between 4 and");
    }
  }
}
