package dev.bantam.models.importer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.spi.ModelFiles;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Folders of safetensors, and GGUFs of the same weights, against transformers' logits;
 * src/test/golden/tiny_safetensors.py makes all three.
 */
class SafetensorsImportTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double LEAST_COSINE = 0.99999;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"tied, 2, 16", "sharded, 1, 32", "mistral, 4, 16"})
  void shouldComputeWhatTransformersComputes(String name, int kvHeads, int headSize)
      throws Exception {
    assertSameLogits(resource(name), name, kvHeads, headSize);
    assertSameLogits(resource(name + ".gguf"), name, kvHeads, headSize);
  }

  private void assertSameLogits(Path source, String name, int kvHeads, int headSize)
      throws Exception {
    FolderBlobs blobs = new FolderBlobs(folder);
    ImportedVariant imported = ModelImporter.importModel(source, blobs, ImportListener.NONE);
    Path graph = blobs.path(imported.files().get(ModelFiles.GRAPH));
    try (OrtDecoder decoder = new OrtDecoder(graph, 2, kvHeads, headSize, 64)) {
      JsonNode golden = JSON.readTree(resource(name).resolve("golden.json").toFile());
      for (JsonNode prompt : golden.get("prompts")) {
        int[] tokens = JSON.treeToValue(prompt.get("tokens"), int[].class);
        float[][] expected = JSON.treeToValue(prompt.get("logits"), float[][].class);
        decoder.rewind(0);
        assertSame(decoder.evaluate(tokens, tokens.length), expected);
        decoder.rewind(tokens.length - 1);
        float[][] again = decoder.evaluate(new int[] {tokens[tokens.length - 1]}, 1);
        assertSame(again, new float[][] {expected[expected.length - 1]});
      }
    }
  }

  private static void assertSame(float[][] actual, float[][] expected) {
    assertThat(actual).hasNumberOfRows(expected.length);
    for (int row = 0; row < expected.length; row++) {
      assertThat(Logits.cosine(actual[row], expected[row]))
          .as("cosine of row %d", row)
          .isGreaterThanOrEqualTo(LEAST_COSINE);
      assertThat(Logits.largest(actual[row]))
          .as("best of row %d", row)
          .isEqualTo(Logits.largest(expected[row]));
    }
  }

  @Test
  void shouldDescribeTheModelInItsConfig() throws Exception {
    // Given
    FolderBlobs blobs = new FolderBlobs(folder);

    // When
    ImportedVariant imported =
        ModelImporter.importModel(resource("tied"), blobs, ImportListener.NONE);

    // Then
    JsonNode config = JSON.readTree(blobs.path(imported.files().get(ModelFiles.CONFIG)).toFile());
    assertThat(config.toString())
        .isEqualTo(
            "{\"format\":1,\"architecture\":\"llama\",\"layers\":2,\"heads\":4,\"kv_heads\":2,"
                + "\"head_size\":16,\"hidden_size\":64,\"vocab_size\":96,\"context_length\":64,"
                + "\"bos_token_id\":1,\"add_bos\":true,\"stop_token_ids\":[2,95],"
                + "\"bos_token\":\"<s>\",\"eos_token\":\"</s>\",\"chat_template\":"
                + "\"{% for m in messages %}{{ m.role }}: {{ m.content }}{{ eos_token }}{% endfor %}\"}");
    assertThat(blobs.path(imported.files().get(ModelFiles.TOKENIZER)))
        .hasSameBinaryContentAs(resource("tied").resolve("tokenizer.json"));
  }

  @Test
  void shouldStoreTiedEmbeddingsOnce() throws Exception {
    FolderBlobs blobs = new FolderBlobs(folder);
    ImportedVariant imported =
        ModelImporter.importModel(resource("tied"), blobs, ImportListener.NONE);

    long tables = 2 * 64 * 8 * Float.BYTES;
    long slack = 40 * 4096;
    assertThat(imported.files().get(ModelFiles.WEIGHTS).size())
        .isLessThan(imported.parameters() * Float.BYTES + tables + slack);
    assertThat(imported.parameters()).isEqualTo(67_904);
  }

  static Path resource(String name) throws Exception {
    return Path.of(SafetensorsImportTest.class.getResource("safetensors/" + name).toURI());
  }
}
