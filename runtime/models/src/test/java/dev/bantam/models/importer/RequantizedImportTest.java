package dev.bantam.models.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.gguf.TensorType;
import dev.bantam.models.importer.quantize.Quantization;
import dev.bantam.spi.ModelFiles;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Re-quantized models against llama.cpp's logits for the file that they were made from, over all
 * positions together. Random weights forgive nothing: rounding the activations alone costs 0.0006
 * here, and 4 bits far more than they cost a trained model.
 */
class RequantizedImportTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private final List<TensorReport> report = new ArrayList<>();

  @ParameterizedTest
  @CsvSource({
    "tiny-f32,     1, 16, EIGHT_BITS, q8, 0.999",
    "tiny-f16,     1, 16, EIGHT_BITS, q8, 0.999",
    "tiny-bf16,    1, 16, EIGHT_BITS, q8, 0.999",
    "types-q5_1,   1, 16, EIGHT_BITS, q8, 0.999",
    "types-q2_k,   1, 64, EIGHT_BITS, q8, 0.999",
    "types-q3_k,   1, 64, EIGHT_BITS, q8, 0.999",
    "types-q4_k_m, 1, 64, EIGHT_BITS, q8, 0.999",
    "types-q5_k,   1, 64, EIGHT_BITS, q8, 0.999",
    "types-q6_k,   1, 64, EIGHT_BITS, q8, 0.999",
    "tiny-f32,     1, 16, FOUR_BITS, q4, 0.94",
    "tiny-f32,     1, 16, FOUR_BITS_ZERO_POINTS, q4_zp, 0.94",
    "tiny-f32,     1, 16, FOUR_BITS_ALL, q4_all, 0.9",
    "types-q6_k,   1, 64, FOUR_BITS, q4, 0.94",
    "types-q6_k,   1, 64, FOUR_BITS_FAST, q4_fast, 0.93",
    "types-q6_k,   1, 64, FOUR_BITS_ALL_FAST, q4_all_fast, 0.88",
    "types-q4_k,   1, 64, FOUR_BITS_ZERO_POINTS, q4_zp, 0.94"
  })
  void shouldStayNearTheSource(
      String name,
      int layers,
      int headSize,
      Quantization quantization,
      String variant,
      double leastCosine)
      throws Exception {
    // Given
    FolderBlobs blobs = new FolderBlobs(folder);

    // When
    ImportedVariant imported = importModel(name, quantization, blobs);

    // Then
    assertThat(imported.variant()).isEqualTo(variant);
    Path graph = blobs.path(imported.files().get(ModelFiles.GRAPH));
    try (OrtDecoder decoder = new OrtDecoder(graph, layers, 2, headSize, 64)) {
      List<float[]> actual = new ArrayList<>();
      List<float[]> expected = new ArrayList<>();
      for (JsonNode prompt : JSON.readTree(resource(name + ".json").toFile()).get("prompts")) {
        int[] tokens = JSON.treeToValue(prompt.get("tokens"), int[].class);
        float[][] rows = JSON.treeToValue(prompt.get("logits"), float[][].class);
        decoder.rewind(0);
        expected.addAll(List.of(rows));
        actual.addAll(List.of(decoder.evaluate(tokens, rows.length)));
      }
      assertThat(Logits.cosine(joined(actual), joined(expected))).isGreaterThan(leastCosine);
    }
  }

  @Test
  void shouldReportWhatBecameOfEachTensor() throws Exception {
    importModel("types-q4_k_m", Quantization.FOUR_BITS_FAST, new FolderBlobs(folder));
    assertThat(report).hasSize(12);
    TensorReport down = tensor("blk.0.ffn_down.weight");
    assertThat(down.source()).isEqualTo(TensorType.Q6_K);
    assertThat(down.target()).isEqualTo("4 bits, block 128");
    assertThat(down.bytes()).isEqualTo(256 * 256 / 2 + 256 * 256 / 128 * 4);
    assertThat(down.relativeError()).isBetween(0.05, 0.15);
    assertThat(tensor("output.weight").target()).isEqualTo("8 bits, block 32");
    assertThat(tensor("output.weight").relativeError()).isBetween(0.001, 0.01);
    assertThat(tensor("output_norm.weight").target()).isEqualTo("float");
    assertThat(tensor("output_norm.weight").relativeError()).isZero();
  }

  @Test
  void shouldLeaveWhatHasTheTargetsFormAlready() throws Exception {
    importModel("tiny-q8_0", Quantization.EIGHT_BITS, new FolderBlobs(folder));
    assertThat(report).extracting(TensorReport::relativeError).containsOnly(0.0);
    assertThat(tensor("output.weight").source()).isEqualTo(TensorType.Q8_0);
  }

  @Test
  void shouldFallBackToSmallerBlocksWhereARowDoesNotDivide() throws Exception {
    importModel("tiny-f32", Quantization.FOUR_BITS_FAST, new FolderBlobs(folder));
    assertThat(tensor("blk.0.attn_q.weight").target()).isEqualTo("4 bits, block 64");
    assertThat(tensor("blk.0.ffn_down.weight").target()).isEqualTo("4 bits, block 32");
  }

  @Test
  void shouldRefuseNumbersThatAreNotFinite() throws Exception {
    // Given
    byte[] model = Files.readAllBytes(resource("tiny-f32.gguf"));
    int lastNumber = model.length - 2;
    model[lastNumber] = (byte) 0x80;
    model[lastNumber + 1] = 0x7f;
    Path damaged = Files.write(folder.resolve("damaged.gguf"), model);

    // When, Then
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(
            () ->
                ModelImporter.importModel(
                    damaged, Quantization.EIGHT_BITS, new FolderBlobs(folder), ImportListener.NONE))
        .withMessageContaining("not finite")
        .matches(error -> error.kind() == Kind.MALFORMED);
  }

  private static float[] joined(List<float[]> rows) {
    FloatBuffer all = FloatBuffer.allocate(rows.stream().mapToInt(row -> row.length).sum());
    rows.forEach(all::put);
    return all.array();
  }

  private ImportedVariant importModel(String name, Quantization quantization, FolderBlobs blobs)
      throws Exception {
    ImportListener listener =
        new ImportListener() {
          @Override
          public void progress(String step, long done, long total) {
            assertThat(done).isLessThanOrEqualTo(total);
          }

          @Override
          public void converted(List<TensorReport> tensors) {
            report.addAll(tensors);
          }
        };
    return ModelImporter.importModel(resource(name + ".gguf"), quantization, blobs, listener);
  }

  private TensorReport tensor(String name) {
    return report.stream().filter(tensor -> tensor.name().equals(name)).findFirst().orElseThrow();
  }

  private static Path resource(String name) throws Exception {
    return Path.of(RequantizedImportTest.class.getResource(name).toURI());
  }
}
