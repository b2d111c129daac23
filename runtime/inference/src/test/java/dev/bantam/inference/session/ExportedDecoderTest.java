package dev.bantam.inference.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxJavaType;
import com.fasterxml.jackson.databind.JsonNode;
import dev.bantam.inference.generation.Logits;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Graphs as Optimum, onnx-community and onnxruntime-genai lay them out, run as they are. */
class ExportedDecoderTest {

  private static final Offset<Float> CLOSE = Offset.offset(1e-3f);

  @TempDir Path work;

  @ParameterizedTest
  @CsvSource({
    "llama, model.onnx,           FLOAT,   false, position_ids",
    "llama, model_q4.onnx,        FLOAT,   false, position_ids",
    "llama, model_int8.onnx,      FLOAT,   false, position_ids",
    "llama, model_fp16.onnx,      FLOAT16, false, position_ids",
    "llama, model_gqa.onnx,       FLOAT,   true,  attention_mask",
    "llama, model_gqa_fixed.onnx, FLOAT,   true,  attention_mask",
    "gpt2,  model.onnx,           FLOAT,   false, input_ids",
  })
  void shouldRecogniseTheLayout(
      String model, String file, OnnxJavaType type, boolean shared, String input) throws Exception {
    try (DecoderModel loaded = ExportFixture.load(model, file, work)) {
      GraphLayout layout = loaded.layout();
      assertThat(layout.sharedCache()).isEqualTo(shared);
      assertThat(layout.cacheType()).isEqualTo(type);
      assertThat(layout.logitsType()).isEqualTo(type);
      assertThat(layout.takes(input)).isTrue();
      assertThat(layout.makesWantedRowsOnly()).isFalse();
      assertThat(layout.cacheLength().isPresent()).isEqualTo(file.contains("fixed"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "llama, model.onnx,           0.99999",
    "llama, model_fp16.onnx,      0.9999",
    "llama, model_gqa.onnx,       0.99999",
    "llama, model_gqa_fixed.onnx, 0.99999",
    "gpt2,  model.onnx,           0.99999",
  })
  void shouldComputeWhatTransformersComputes(String model, String file, double leastCosine)
      throws Exception {
    try (DecoderModel loaded = ExportFixture.load(model, file, work)) {
      for (JsonNode prompt : ExportFixture.golden(model).get("prompts")) {
        // Given
        int[] tokens = ExportFixture.tokens(prompt.get("tokens"));
        float[][] expected = ExportFixture.rows(prompt.get("logits"));
        for (int chunk : new int[] {1, 5, 128}) {
          try (Sequence sequence = loaded.newSequence(chunk)) {
            // When
            float[] actual = copy(sequence.evaluate(tokens, tokens.length));

            // Then
            assertClose(actual, expected, leastCosine);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "llama, model.onnx",
    "llama, model_q4.onnx",
    "llama, model_int8.onnx",
    "llama, model_fp16.onnx",
    "llama, model_gqa.onnx",
    "llama, model_gqa_fixed.onnx",
    "gpt2,  model.onnx"
  })
  void shouldChooseTheTokensThatOnnxRuntimeChoosesInPython(String model, String file)
      throws Exception {
    JsonNode golden = ExportFixture.golden(model);
    try (DecoderModel loaded = ExportFixture.load(model, file, work)) {
      for (int i = 0; i < golden.get("prompts").size(); i++) {
        // Given
        int[] prompt = ExportFixture.tokens(golden.get("prompts").get(i).get("tokens"));
        List<int[]> expected = chosen(golden, file, i);

        // When, Then
        assertThat(greedy(loaded, prompt, expected.get(0).length)).isIn(expected);
      }
    }
  }

  /**
   * By ONNX Runtime, on each kind of CPU where they differ: 8-bit products saturate without VNNI.
   */
  private static List<int[]> chosen(JsonNode golden, String file, int prompt) throws Exception {
    List<int[]> all = new ArrayList<>();
    all.add(ExportFixture.tokens(golden.get("greedy").get(file).get(prompt)));
    for (JsonNode elsewhere : golden.path("greedy_elsewhere").path(file)) {
      all.add(ExportFixture.tokens(elsewhere.get(prompt)));
    }
    return all;
  }

  private static int[] greedy(DecoderModel model, int[] prompt, int count) throws TaskException {
    int[] chosen = new int[count];
    try (Sequence sequence = model.newSequence()) {
      FloatBuffer logits = sequence.evaluate(prompt, 1);
      for (int i = 0; i < count; i++) {
        chosen[i] = Logits.argMax(copy(logits));
        logits = sequence.evaluate(new int[] {chosen[i]}, 1);
      }
    }
    return chosen;
  }

  @ParameterizedTest
  @CsvSource({
    "llama, model.onnx",
    "llama, model_q4.onnx",
    "llama, model_fp16.onnx",
    "llama, model_gqa_fixed.onnx",
    "gpt2,  model.onnx"
  })
  void shouldForgetWhatItIsRewoundOver(String model, String file) throws Exception {
    try (DecoderModel loaded = ExportFixture.load(model, file, work);
        Sequence sequence = loaded.newSequence(16);
        Sequence fresh = loaded.newSequence(16)) {
      for (int kept : new int[] {30, 1, 0}) {
        // Given
        sequence.rewind(0);
        fresh.rewind(0);
        int[] prefix = tokens(kept, 4);
        if (kept > 0) {
          sequence.evaluate(prefix, 1);
          fresh.evaluate(prefix, 1);
        }
        sequence.evaluate(tokens(50, 6), 3);

        // When
        sequence.rewind(kept);
        float[] rewound = copy(sequence.evaluate(tokens(9, 5), 2));

        // Then
        assertThat(rewound).containsExactly(copy(fresh.evaluate(tokens(9, 5), 2)), CLOSE);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"llama, model.onnx", "llama, model_gqa.onnx", "gpt2, model.onnx"})
  void shouldBeAsBeforeWhenCancelledBetweenChunks(String model, String file) throws Exception {
    try (DecoderModel loaded = ExportFixture.load(model, file, work);
        Sequence sequence = loaded.newSequence(10);
        Sequence fresh = loaded.newSequence(10)) {
      // Given
      sequence.evaluate(tokens(5, 9), 1);
      fresh.evaluate(tokens(5, 9), 1);
      AtomicInteger asked = new AtomicInteger();
      CancellationToken cancelledAtThird = () -> asked.incrementAndGet() == 3;

      // When
      assertThatThrownBy(() -> sequence.evaluate(tokens(100, 10), 1, cancelledAtThird))
          .isInstanceOfSatisfying(
              TaskException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));

      // Then
      assertThat(sequence.position()).isEqualTo(5);
      assertThat(copy(sequence.evaluate(tokens(4, 11), 4)))
          .containsExactly(copy(fresh.evaluate(tokens(4, 11), 4)), CLOSE);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "llama, model.onnx",
    "llama, model_fp16.onnx",
    "llama, model_gqa_fixed.onnx",
    "gpt2, model.onnx"
  })
  void shouldFillTheContextToTheLastTokenAndRefuseOneMore(String model, String file)
      throws Exception {
    try (DecoderModel loaded = ExportFixture.load(model, file, work);
        Sequence sequence = loaded.newSequence()) {
      // Given
      assertThat(loaded.contextLength()).isEqualTo(ExportFixture.CONTEXT);
      sequence.evaluate(tokens(ExportFixture.CONTEXT - 1, 8), 1);
      sequence.evaluate(new int[] {1}, 1);

      // When, Then
      assertThatThrownBy(() -> sequence.evaluate(new int[] {1}, 1))
          .isInstanceOfSatisfying(
              TaskException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PROMPT_TOO_LONG));
      assertThat(sequence.position()).isEqualTo(ExportFixture.CONTEXT);
    }
  }

  @Test
  void shouldReturnTheLastRowsWhateverTheChunks() throws Exception {
    try (DecoderModel loaded = ExportFixture.load("llama", "model.onnx", work)) {
      // Given
      int[] tokens = tokens(20, 2);
      float[] whole;
      try (Sequence sequence = loaded.newSequence()) {
        whole = copy(sequence.evaluate(tokens, 20));
      }
      for (int chunk : new int[] {1, 3, 8}) {
        for (int rows : new int[] {1, 2, 9, 20}) {
          // When
          float[] some;
          try (Sequence sequence = loaded.newSequence(chunk)) {
            some = copy(sequence.evaluate(tokens, rows));
          }

          // Then
          float[] expected =
              Arrays.copyOfRange(whole, (20 - rows) * ExportFixture.VOCAB, whole.length);
          assertThat(some)
              .as("%d rows, chunks of %d", rows, chunk)
              .containsExactly(expected, CLOSE);
        }
      }
    }
  }

  private static void assertClose(float[] actual, float[][] expected, double leastCosine) {
    for (int row = 0; row < expected.length; row++) {
      float[] got =
          Arrays.copyOfRange(actual, row * ExportFixture.VOCAB, (row + 1) * ExportFixture.VOCAB);
      assertThat(Cosine.of(got, expected[row]))
          .as("cosine of row %d", row)
          .isCloseTo(1, within(1 - leastCosine));
      assertThat(Logits.argMax(got)).as("row %d", row).isEqualTo(Logits.argMax(expected[row]));
    }
  }

  private static float[] copy(FloatBuffer logits) {
    float[] values = new float[logits.remaining()];
    logits.get(0, values);
    return values;
  }

  private static int[] tokens(int count, int seed) {
    return new Random(seed).ints(count, 0, ExportFixture.VOCAB).toArray();
  }
}
