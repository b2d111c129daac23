package dev.bantam.inference.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.format.DecoderMemory;
import dev.bantam.models.MemoryPrediction;
import dev.bantam.models.ModelException;
import dev.bantam.spi.ModelFiles;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Imported models of every family, with keys and values in bytes. */
class Int8CacheTest {

  private static final int LENGTH = 40;
  private static final double LEAST_COSINE = 0.98;

  @TempDir Path work;

  static List<Path> models() throws Exception {
    try (var folders = Files.list(Int8Fixture.FAMILIES)) {
      return folders
          .sorted()
          .map(folder -> folder.resolve("quantized.gguf"))
          .filter(Files::exists)
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void shouldComputeNearlyWhatACacheOfFloatsGives(Path file) throws Exception {
    // Given
    ModelFiles files = Int8Fixture.files(file, work);
    try (DecoderModel bytes = Int8Fixture.load(files, "int8");
        DecoderModel floats = Int8Fixture.load(files, "float")) {
      int[] tokens = tokens(bytes, LENGTH, 1);

      // When
      float[] expected = last(floats, tokens, LENGTH);
      float[] found = last(bytes, tokens, LENGTH);

      // Then
      assertThat(Cosine.of(expected, found)).isGreaterThan(LEAST_COSINE);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void shouldTellTruthfullyWhetherRowsAreAlike(Path file) throws Exception {
    try (DecoderModel model = Int8Fixture.load(Int8Fixture.files(file, work), "int8")) {
      int[] tokens = tokens(model, LENGTH, 2);
      boolean same = Arrays.equals(last(model, tokens, 1), last(model, tokens, 4));
      assertThat(same || !model.hasLikeRows()).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void shouldPredictTheBytesThatItTakes(Path file) throws Exception {
    // Given
    ModelFiles files = Int8Fixture.files(file, work);
    DecoderMemory floats = MemoryPrediction.of(files).orElseThrow();

    // When
    DecoderMemory bytes = MemoryPrediction.of(files, Map.of("kv", "int8")).orElseThrow();

    // Then
    assertThat(bytes.cachePerToken()).isEqualTo(floats.cachePerToken() / Float.BYTES);
    try (DecoderModel model = Int8Fixture.load(files, "int8")) {
      assertThat(bytes.graph().cacheElement()).isEqualTo(model.layout().cacheType().size);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void shouldAnswerTogetherAsAlone(Path file) throws Exception {
    try (DecoderModel model = Int8Fixture.load(Int8Fixture.files(file, work), "int8")) {
      if (!model.batchesExactly()) {
        return;
      }
      List<Sequence> alone = new ArrayList<>();
      try (SequenceBatch batch = model.newBatch()) {
        for (int length : List.of(3, 21, 9)) {
          Sequence sequence = model.newSequence();
          alone.add(sequence);
          FloatBuffer unused = sequence.evaluate(tokens(model, length, length), 1);
          batch.add(sequence);
        }
        int vocab = model.config().vocabSize();
        for (int step = 0; step < 4; step++) {
          int[] tokens = tokens(model, alone.size(), step);
          FloatBuffer together = batch.step(tokens);
          for (int row = 0; row < tokens.length; row++) {
            float[] beside = new float[vocab];
            together.get(row * vocab, beside);
            float[] one = new float[vocab];
            alone.get(row).evaluate(new int[] {tokens[row]}, 1).get(0, one);
            assertThat(beside).isEqualTo(one);
          }
        }
      } finally {
        alone.forEach(Sequence::close);
      }
    }
  }

  @Test
  void shouldRefuseExports() throws Exception {
    Path export = ExportFixture.folder("llama").resolve("onnx/model_gqa.onnx");
    assertThatThrownBy(() -> Int8Fixture.files(export, work))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("no ONNX exports");
  }

  private static int[] tokens(DecoderModel model, int count, int seed) {
    return new Random(seed).ints(count, 0, model.config().vocabSize()).toArray();
  }

  /** The logits behind a text whose later half is evaluated in runs of so many tokens. */
  private static float[] last(DecoderModel model, int[] tokens, int run) throws Exception {
    int half = tokens.length / 2;
    float[] row = new float[model.config().vocabSize()];
    try (Sequence sequence = model.newSequence()) {
      sequence.evaluate(Arrays.copyOf(tokens, half), 1).get(0, row);
      for (int at = half; at < tokens.length; at += run) {
        int to = Math.min(at + run, tokens.length);
        sequence.evaluate(Arrays.copyOfRange(tokens, at, to), 1).get(0, row);
      }
      return row;
    }
  }
}
