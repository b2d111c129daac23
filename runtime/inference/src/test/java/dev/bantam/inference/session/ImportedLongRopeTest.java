package dev.bantam.inference.session;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.platform.Fp16Conversions;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.models.InstalledModel;
import dev.bantam.models.ModelRepository;
import dev.bantam.models.importer.ImportListener;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.ModelFiles;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Imported Phi-3 with LongRoPE across its switch, against transformers' logits, which {@code
 * families.py} beside the importer's tests has written: of a prompt that the short factors serve to
 * its end, and of a longer one that begins with it and has the long factors at all positions.
 */
class ImportedLongRopeTest {

  private static final Path FAMILIES =
      Path.of(System.getProperty("bantam.root"), "runtime/models/src/test/resources/families");

  /** The golden logits are half floats. */
  private static final Offset<Float> CLOSE = Offset.offset(5e-3f);

  private static final int CHUNK = 7;

  @TempDir Path folder;

  /** Tokens, and the logits after each. */
  private record Prompt(int[] tokens, float[][] logits) {

    int length() {
      return tokens.length;
    }
  }

  /** A check of one sequence. */
  @FunctionalInterface
  private interface Check {
    void of(Sequence sequence, Prompt shorter, Prompt longer) throws Exception;
  }

  @ParameterizedTest
  @ValueSource(strings = {"phi3-longrope", "phi3-window-longrope"})
  void shouldEvaluatePromptsOnBothSidesOfTheSwitch(String model) throws Exception {
    each(
        model,
        (sequence, shorter, longer) -> {
          assertSame(sequence, shorter, 0, shorter.length());
          sequence.rewind(0);
          assertSame(sequence, longer, 0, longer.length());
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"phi3-longrope", "phi3-window-longrope"})
  void shouldCrossTheSwitchInPrefill(String model) throws Exception {
    each(
        model,
        (sequence, shorter, longer) -> {
          int before = shorter.length() - 5;
          assertSame(sequence, shorter, 0, before);
          assertSame(sequence, longer, before, longer.length());
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"phi3-longrope", "phi3-window-longrope"})
  void shouldCrossTheSwitchInDecode(String model) throws Exception {
    each(
        model,
        (sequence, shorter, longer) -> {
          for (int i = 0; i < shorter.length(); i++) {
            assertSame(sequence, shorter, i, i + 1);
          }
          for (int i = shorter.length(); i < longer.length(); i++) {
            assertSame(sequence, longer, i, i + 1);
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"phi3-longrope", "phi3-window-longrope"})
  void shouldGoBackAcrossTheSwitch(String model) throws Exception {
    each(
        model,
        (sequence, shorter, longer) -> {
          assertSame(sequence, longer, 0, longer.length());
          sequence.rewind(10);
          assertSame(sequence, shorter, 10, shorter.length());
          assertSame(sequence, longer, shorter.length(), shorter.length() + 1);
        });
  }

  /** Runs a check in one chunk a prompt and in small ones. */
  private void each(String model, Check check) throws Exception {
    ModelRepository repository = ModelRepository.open(folder);
    InstalledModel installed =
        repository.importFile(
            FAMILIES.resolve(model).resolve("float.gguf"), "tiny", ImportListener.NONE);
    ModelFiles files = repository.resolve(installed.reference());
    try (DecoderModel decoder = DecoderModel.load(files, LoadContext.of(1, 128))) {
      List<Prompt> prompts = prompts(FAMILIES.resolve(model), decoder.config().vocabSize());
      assertThat(decoder.config().shortContextLength()).contains(prompts.get(0).length());
      for (int chunk : new int[] {DecoderModel.PREFILL_CHUNK, CHUNK}) {
        try (Sequence sequence = decoder.newSequence(chunk)) {
          check.of(sequence, prompts.get(0), prompts.get(1));
        }
      }
    }
  }

  private static List<Prompt> prompts(Path model, int vocabulary) throws Exception {
    ObjectMapper json = new ObjectMapper();
    ByteBuffer halves =
        ByteBuffer.wrap(Files.readAllBytes(model.resolve("logits.bin")))
            .order(ByteOrder.LITTLE_ENDIAN);
    List<Prompt> prompts = new ArrayList<>();
    for (JsonNode prompt : json.readTree(model.resolve("golden.json").toFile()).get("prompts")) {
      int[] tokens = json.treeToValue(prompt.get("tokens"), int[].class);
      float[][] logits = new float[tokens.length][vocabulary];
      for (float[] row : logits) {
        for (int i = 0; i < vocabulary; i++) {
          row[i] = Fp16Conversions.fp16ToFloat(halves.getShort());
        }
      }
      prompts.add(new Prompt(tokens, logits));
    }
    return prompts;
  }

  /** Appends the prompt's tokens {@code [from, to)}. */
  private static void assertSame(Sequence sequence, Prompt prompt, int from, int to)
      throws Exception {
    FloatBuffer logits = sequence.evaluate(Arrays.copyOfRange(prompt.tokens, from, to), to - from);
    for (int row = from; row < to; row++) {
      float[] actual = new float[prompt.logits[row].length];
      logits.get(actual);
      assertThat(actual).as("position %d", row).containsExactly(prompt.logits[row], CLOSE);
    }
    assertThat(sequence.position()).isEqualTo(to);
  }
}
