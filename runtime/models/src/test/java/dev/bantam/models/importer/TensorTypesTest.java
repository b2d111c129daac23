package dev.bantam.models.importer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.spi.ModelFiles;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tiny models in each quantized type, and in mixes of them, against llama.cpp's logits and greedy
 * tokens; src/test/golden/tensor_types.py makes both.
 */
class TensorTypesTest {

  /** As part of the best logit: closer ones may change places, activations are rounded anew. */
  private static final double MOST_GAP = 0.05;

  private static final double LEAST_COSINE = 0.998;

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "q5_0,   16, q5_0",
    "q5_1,   16, q5_1",
    "iq4_nl, 16, iq4_nl",
    "q2_k,   64, q2_k",
    "q3_k,   64, q3_k",
    "q4_k,   64, q4_k",
    "q5_k,   64, q5_k",
    "q6_k,   64, q6_k",
    "iq4_xs, 64, iq4_xs",
    "q4_k_m, 64, q4_k",
    "q2_k_s, 64, q2_k"
  })
  void shouldChooseTheTokensThatLlamaCppChooses(String name, int headSize, String variant)
      throws Exception {
    // Given
    FolderBlobs blobs = new FolderBlobs(folder);
    ImportedVariant imported =
        ModelImporter.importModel(resource(name + ".gguf"), blobs, ImportListener.NONE);
    assertThat(imported.variant()).isEqualTo(variant);
    JsonNode golden = JSON.readTree(resource(name + ".json").toFile());

    // When, Then
    Path graph = blobs.path(imported.files().get(ModelFiles.GRAPH));
    try (OrtDecoder decoder = new OrtDecoder(graph, 1, 2, headSize, 64)) {
      for (JsonNode prompt : golden.get("prompts")) {
        int[] tokens = JSON.treeToValue(prompt.get("tokens"), int[].class);
        float[][] expected = JSON.treeToValue(prompt.get("logits"), float[][].class);
        decoder.rewind(0);
        float[][] actual = decoder.evaluate(tokens, expected.length);
        for (int row = 0; row < expected.length; row++) {
          assertThat(Logits.cosine(actual[row], expected[row])).isGreaterThan(LEAST_COSINE);
        }
      }
      int[] prompt = JSON.treeToValue(golden.get("prompts").get(1).get("tokens"), int[].class);
      assertGreedy(decoder, prompt, golden.get("greedy"));
    }
  }

  /** Goes llama.cpp's way, whatever it would choose itself. */
  private static void assertGreedy(OrtDecoder decoder, int[] prompt, JsonNode steps)
      throws Exception {
    decoder.rewind(0);
    float[] logits = decoder.evaluate(prompt, 1)[0];
    for (JsonNode step : steps) {
      int token = step.get(0).asInt();
      double best = step.get(1).asDouble();
      double gap = best - step.get(2).asDouble();
      if (gap > MOST_GAP * Math.abs(best)) {
        assertThat(Logits.largest(logits)).isEqualTo(token);
      }
      logits = decoder.evaluate(new int[] {token}, 1)[0];
    }
  }

  private static Path resource(String name) throws Exception {
    return Path.of(TensorTypesTest.class.getResource("types-" + name).toURI());
  }
}
