package dev.bantam.models.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.spi.ModelFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Imported graphs against llama.cpp's logits; src/test/golden/tiny_llama.py makes both. With
 * quantized weights both engines round activations to 8 bits, each in its own way, so logits agree
 * less closely; that the weights themselves are exact is BlockCodecTest's to show.
 */
class LlamaImportTest {

  /** Logits closer than this may change places: activations are rounded differently. */
  private static final float MOST_GAP = 0.15f;

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "f32,   1, f32,  0.99999",
    "f16,   1, f16,  0.9999",
    "bf16,  1, bf16, 0.9999",
    "q4_0,  2, q4_0, 0.998",
    "q4_1,  2, q4_1, 0.998",
    "q8_0,  2, q8_0, 0.998",
    "mixed, 2, q4_1, 0.998"
  })
  void shouldComputeWhatLlamaCppComputes(
      String name, int layers, String variant, double leastCosine) throws Exception {
    // Given
    FolderBlobs blobs = new FolderBlobs(folder);
    ImportedVariant imported =
        ModelImporter.importModel(resource(name + ".gguf"), blobs, ImportListener.NONE);
    assertThat(imported.variant()).isEqualTo(variant);

    // When, Then
    Path graph = blobs.path(imported.files().get(ModelFiles.GRAPH));
    JsonNode config = JSON.readTree(blobs.path(imported.files().get(ModelFiles.CONFIG)).toFile());
    assertThat(config.get("layers").asInt()).isEqualTo(layers);
    try (OrtDecoder decoder = new OrtDecoder(graph, config, 64)) {
      for (JsonNode prompt : JSON.readTree(resource(name + ".json").toFile()).get("prompts")) {
        int[] tokens = JSON.treeToValue(prompt.get("tokens"), int[].class);
        float[][] expected = JSON.treeToValue(prompt.get("logits"), float[][].class);
        decoder.rewind(0);
        assertClose(decoder.evaluate(tokens, expected.length), expected, leastCosine);
        decoder.rewind(tokens.length - 1);
        float[][] again = decoder.evaluate(new int[] {tokens[tokens.length - 1]}, 1);
        assertClose(again, new float[][] {expected[expected.length - 1]}, leastCosine);
      }
    }
  }

  @Test
  void shouldDescribeTheModelInItsConfig() throws Exception {
    // Given
    FolderBlobs blobs = new FolderBlobs(folder);

    // When
    ImportedVariant imported =
        ModelImporter.importModel(resource("q4_1.gguf"), blobs, ImportListener.NONE);

    // Then
    JsonNode config = JSON.readTree(blobs.path(imported.files().get(ModelFiles.CONFIG)).toFile());
    assertThat(config.toString())
        .isEqualTo(
            "{\"format\":1,\"architecture\":\"llama\",\"layers\":2,\"heads\":4,\"kv_heads\":2,"
                + "\"head_size\":16,\"hidden_size\":64,\"vocab_size\":96,\"context_length\":64,"
                + "\"bos_token_id\":1,\"add_bos\":true,\"stop_token_ids\":[2],"
                + "\"bos_token\":\"<s>\",\"eos_token\":\"</s>\"}");
    assertThat(imported.files().keySet())
        .containsExactlyInAnyOrder("graph", "weights", "tokenizer", "config");
    assertThat(imported.contextLength()).isEqualTo(64);
    try (var files = Files.list(folder)) {
      assertThat(files).hasSize(4);
    }
  }

  @Test
  void shouldReportProgressUpToTheWhole() throws Exception {
    // Given
    List<Long> done = new ArrayList<>();
    List<Long> totals = new ArrayList<>();

    // When
    ModelImporter.importModel(
        resource("q4_0.gguf"),
        new FolderBlobs(folder),
        (step, bytes, total) -> {
          done.add(bytes);
          totals.add(total);
        });

    // Then
    assertThat(done).isSorted().last().isEqualTo(totals.get(0));
    assertThat(totals).containsOnly(totals.get(0));
  }

  private static void assertClose(float[][] actual, float[][] expected, double leastCosine) {
    assertThat(actual).hasNumberOfRows(expected.length);
    for (int row = 0; row < expected.length; row++) {
      assertThat(Logits.cosine(actual[row], expected[row]))
          .as("cosine of row %d", row)
          .isCloseTo(1, within(1 - leastCosine));
      float best = expected[row][Logits.largest(expected[row])];
      assertThat(best - expected[row][Logits.largest(actual[row])])
          .as("how much less llama.cpp gives the token that Bantam finds best")
          .isLessThan(MOST_GAP);
    }
  }

  static Path resource(String name) throws Exception {
    return Path.of(LlamaImportTest.class.getResource("tiny-" + name).toURI());
  }
}
