package dev.bantam.inference.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import dev.bantam.format.EncoderConfig.Head;
import dev.bantam.inference.encoder.EncoderResult.Embedding;
import dev.bantam.inference.encoder.EncoderResult.SpanLogits;
import dev.bantam.inference.encoder.EncoderResult.TextLogits;
import dev.bantam.inference.encoder.EncoderResult.TokenLogits;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.TaskException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against transformers' values, which runtime/models/src/test/golden/encoders.py made. */
class EncoderModelTest {

  private static final float TOLERANCE = 2e-4f;

  @TempDir Path work;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bert-plain",
        "bert-texts",
        "bert-tokens",
        "bert-span",
        "distilbert-plain",
        "distilbert-texts",
        "distilbert-tokens",
        "distilbert-span",
        "roberta-plain",
        "roberta-texts",
        "roberta-tokens",
        "roberta-span"
      })
  void shouldGiveWhatTransformersGivesAloneAndInABatch(String name) throws Exception {
    try (EncoderModel model = EncoderFixture.load(name, work)) {
      // Given
      Map<String, List<float[]>> golden = EncoderFixture.golden(name, model);
      List<EncoderInput> inputs = EncoderFixture.inputs(name);

      // When
      List<EncoderResult> together = model.run(inputs);

      // Then
      for (int i = 0; i < inputs.size(); i++) {
        assertGolden(together.get(i), golden, i, inputs.get(i).size());
        assertGolden(model.run(List.of(inputs.get(i))).get(0), golden, i, inputs.get(i).size());
      }
    }
  }

  private static void assertGolden(
      EncoderResult result, Map<String, List<float[]>> golden, int text, int tokens) {
    if (result instanceof Embedding embedding) {
      near(embedding.values(), mean(golden.get("last_hidden_state").get(text), tokens));
    } else if (result instanceof TextLogits texts) {
      near(texts.logits(), golden.get("logits").get(text));
    } else if (result instanceof TokenLogits each) {
      near(each.logits(), golden.get("logits").get(text));
    } else if (result instanceof SpanLogits span) {
      near(span.starts(), golden.get("start_logits").get(text));
      near(span.ends(), golden.get("end_logits").get(text));
    }
  }

  private static void near(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i]).as("element %d", i).isCloseTo(expected[i], within(TOLERANCE));
    }
  }

  private static float[] mean(float[] states, int tokens) {
    int size = states.length / tokens;
    double[] sum = new double[size];
    for (int i = 0; i < states.length; i++) {
      sum[i % size] += states[i];
    }
    float[] mean = new float[size];
    for (int i = 0; i < size; i++) {
      mean[i] = (float) (sum[i] / tokens);
    }
    return mean;
  }

  @ParameterizedTest
  @CsvSource({"cls, 0", "last, -1"})
  void shouldPoolAsTheConfigurationSays(String pooling, int token) throws Exception {
    try (EncoderModel model =
        EncoderFixture.load("bert-plain", work, config -> config.put("pooling", pooling))) {
      List<float[]> golden = EncoderFixture.golden("bert-plain", model).get("last_hidden_state");
      List<EncoderInput> inputs = EncoderFixture.inputs("bert-plain");
      int size = model.config().hiddenSize();

      List<EncoderResult> results = model.run(inputs);

      for (int i = 0; i < inputs.size(); i++) {
        int from = (token < 0 ? inputs.get(i).size() - 1 : token) * size;
        float[] state = java.util.Arrays.copyOfRange(golden.get(i), from, from + size);
        near(((Embedding) results.get(i)).values(), state);
      }
    }
  }

  @Test
  void shouldScaleEmbeddingsToLengthOneWhereTheConfigurationSaysSo() throws Exception {
    try (EncoderModel model =
        EncoderFixture.load("bert-plain", work, config -> config.put("normalize", true))) {
      for (EncoderResult result : model.run(EncoderFixture.inputs("bert-plain"))) {
        double sum = 0;
        for (float value : ((Embedding) result).values()) {
          sum += value * value;
        }
        assertThat(sum).isCloseTo(1, within(1e-5));
      }
    }
  }

  @Test
  void shouldTakeTheDevicesLimitWhereItIsLower() throws Exception {
    try (EncoderModel model =
        EncoderModel.load(EncoderFixture.files("bert-plain", work), LoadContext.of(1, 8))) {
      assertThat(model.maxTokens()).isEqualTo(8);
      TaskException error =
          catchThrowableOfType(
              TaskException.class, () -> model.run(EncoderFixture.inputs("bert-plain")));
      assertThat(error.code()).isEqualTo(ErrorCode.PROMPT_TOO_LONG);
      assertThat(error.text()).contains("30 tokens", "takes 8");
    }
  }

  @Test
  void shouldRefuseAGraphWithAnotherHead() {
    TaskException error =
        catchThrowableOfType(
            TaskException.class,
            () ->
                EncoderFixture.load(
                    "bert-plain", work, config -> config.put("head", Head.SPAN.toString())));
    assertThat(error.code()).isEqualTo(ErrorCode.MODEL_UNUSABLE);
    assertThat(error.text()).contains("start_logits", "last_hidden_state", "import the model");
  }

  @Test
  void shouldRefuseAGraphWithOtherInputs() {
    TaskException error =
        catchThrowableOfType(
            TaskException.class,
            () ->
                EncoderFixture.load(
                    "distilbert-plain", work, config -> config.put("token_types", true)));
    assertThat(error.text()).contains("inputs", "token_type_ids");
  }

  @Test
  void shouldRefuseWhatIsNoEncodersConfiguration() {
    TaskException error =
        catchThrowableOfType(
            TaskException.class,
            () -> EncoderFixture.load("bert-plain", work, config -> config.remove("head")));
    assertThat(error.code()).isEqualTo(ErrorCode.MODEL_UNUSABLE);
    assertThat(error.text()).contains("no encoder's");
  }

  @Test
  void shouldSayThatItIsClosed() throws Exception {
    EncoderModel model = EncoderFixture.load("bert-plain", work);
    List<EncoderInput> inputs = EncoderFixture.inputs("bert-plain");
    model.run(inputs);

    model.close();
    model.close();

    TaskException error = catchThrowableOfType(TaskException.class, () -> model.run(inputs));
    assertThat(error.code()).isEqualTo(ErrorCode.DRAINING);
  }
}
