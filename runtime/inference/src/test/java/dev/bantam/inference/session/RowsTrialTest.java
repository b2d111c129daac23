package dev.bantam.inference.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowsTrialTest {

  @TempDir Path work;

  @ParameterizedTest
  @CsvSource({
    "llama, model.onnx",
    "llama, model_q4.onnx",
    "llama, model_int8.onnx",
    "llama, model_gqa.onnx",
    "gpt2,  model.onnx"
  })
  void shouldAgreeWithALongerTextTokenByTokenAndInRuns(String name, String file) throws Exception {
    try (DecoderModel model = ExportFixture.load(name, file, work)) {
      // When
      boolean alike = model.hasLikeRows();

      // Then
      int[] tokens = new Random(1).ints(120, 0, ExportFixture.VOCAB).toArray();
      boolean same = Arrays.equals(last(model, tokens, 1), last(model, tokens, 4));
      assertThat(alike).isEqualTo(same);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "llama, model_q4.onnx",
    "llama, model_int8.onnx",
    "llama, model_gqa.onnx",
    "gpt2,  model.onnx"
  })
  void shouldTellTruthfullyWhetherATextMayBeCutAnywhere(String name, String file) throws Exception {
    try (DecoderModel model = ExportFixture.load(name, file, work)) {
      int[] tokens = new Random(2).ints(120, 0, ExportFixture.VOCAB).toArray();
      float[] whole = last(model, tokens, 40);
      boolean same =
          Arrays.equals(whole, last(model, tokens, 2))
              && Arrays.equals(whole, last(model, tokens, 5))
              && Arrays.equals(whole, last(model, tokens, 20));
      assertThat(same || !RowsTrial.ofRuns(model)).isTrue();
    }
  }

  /** The logits behind a text whose later part is evaluated in runs of so many tokens. */
  private static float[] last(DecoderModel model, int[] tokens, int run) throws Exception {
    try (Sequence sequence = model.newSequence()) {
      sequence.evaluate(Arrays.copyOf(tokens, 80), 1);
      float[] row = new float[ExportFixture.VOCAB];
      for (int at = 80; at < tokens.length; at += run) {
        sequence.evaluate(Arrays.copyOfRange(tokens, at, at + run), 1).get(0, row);
      }
      return row;
    }
  }
}
