package dev.bantam.models.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.models.ModelException;
import dev.bantam.models.importer.quantize.Quantization;
import dev.bantam.spi.ModelFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Models with adapters merged, against transformers' logits for the sum of both;
 * src/test/golden/tiny_safetensors.py makes them.
 */
class LoraImportTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "tied, lora, NONE, f32, 0.99999",
    "tied, lora.gguf, NONE, f32, 0.99999",
    "tied.gguf, lora, NONE, f32, 0.99999",
    "tied.gguf, lora.gguf, NONE, f32, 0.99999",
    "tied, lora.gguf, EIGHT_BITS, q8, 0.99"
  })
  void shouldComputeTheSum(
      String base, String adapter, Quantization quantization, String variant, double leastCosine)
      throws Exception {
    FolderBlobs blobs = new FolderBlobs(folder);
    ImportedVariant imported =
        ModelImporter.importModel(
            SafetensorsImportTest.resource(base),
            Optional.of(SafetensorsImportTest.resource(adapter)),
            quantization,
            blobs,
            ImportListener.NONE);

    assertThat(imported.variant()).isEqualTo(variant);
    JsonNode golden =
        JSON.readTree(SafetensorsImportTest.resource("lora").resolve("golden.json").toFile());
    JsonNode config = JSON.readTree(blobs.path(imported.files().get(ModelFiles.CONFIG)).toFile());
    Path graph = blobs.path(imported.files().get(ModelFiles.GRAPH));
    try (OrtDecoder decoder = new OrtDecoder(graph, config, 64)) {
      for (JsonNode prompt : golden.get("prompts")) {
        int[] tokens = JSON.treeToValue(prompt.get("tokens"), int[].class);
        float[][] expected = JSON.treeToValue(prompt.get("logits"), float[][].class);
        decoder.rewind(0);
        float[][] logits = decoder.evaluate(tokens, tokens.length);
        for (int row = 0; row < tokens.length; row++) {
          assertThat(Logits.cosine(logits[row], expected[row]))
              .as("cosine of row %d", row)
              .isGreaterThanOrEqualTo(leastCosine);
        }
      }
    }
  }

  /** What the adapter does not touch stays as it is; what it changes has as many bits as before. */
  @Test
  void shouldKeepAQuantizedBasesBits() throws Exception {
    ImportedVariant imported =
        ModelImporter.importModel(
            LlamaImportTest.resource("q8_0.gguf"),
            Optional.of(SafetensorsImportTest.resource("lora.gguf")),
            Quantization.NONE,
            new FolderBlobs(folder),
            new ImportListener() {
              @Override
              public void progress(String step, long done, long total) {}

              @Override
              public void converted(List<TensorReport> tensors) {
                assertThat(tensors)
                    .filteredOn(tensor -> tensor.name().contains("attn_q"))
                    .allSatisfy(t -> assertThat(t.target()).contains("8 bits"));
              }
            });

    assertThat(imported.variant()).isEqualTo("q8_0");
  }

  @ParameterizedTest
  @CsvSource({
    "'\"peft_type\": \"LORA\"', '\"peft_type\": \"IA3\"', only LORA",
    "'\"use_rslora\": false', '\"use_dora\": true', only plain LoRA",
    "'\"rank_pattern\": {}', '\"rank_pattern\": {\"a\": 2}', one rank",
  })
  void shouldRefuseOtherKinds(String old, String replacement, String message) throws Exception {
    Path adapter = Files.createDirectory(folder.resolve("adapter"));
    Path made = SafetensorsImportTest.resource("lora");
    Files.copy(
        made.resolve("adapter_model.safetensors"), adapter.resolve("adapter_model.safetensors"));
    String config = Files.readString(made.resolve("adapter_config.json"));
    assertThat(config).contains(old);
    Files.writeString(adapter.resolve("adapter_config.json"), config.replace(old, replacement));

    assertRefused("tied", adapter, message);
  }

  @Test
  void shouldRefuseAnotherModelsAdapter() throws Exception {
    Path adapter = SafetensorsImportTest.resource("lora.gguf");
    assertRefused("sharded", adapter, "another model");
    assertRefused("tied", SafetensorsImportTest.resource("tied.gguf"), "general.type");
  }

  @Test
  void shouldMergeNothingIntoAnExport() throws Exception {
    Path export = ExportBytes.model().write(folder.resolve("export"));
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(
            () ->
                ModelImporter.importModel(
                    export,
                    Optional.of(SafetensorsImportTest.resource("lora")),
                    Quantization.NONE,
                    new FolderBlobs(folder),
                    ImportListener.NONE))
        .withMessageContaining("export is an ONNX export, into which no adapter can be merged");
  }

  private void assertRefused(String base, Path adapter, String message) {
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(
            () ->
                ModelImporter.importModel(
                    SafetensorsImportTest.resource(base),
                    Optional.of(adapter),
                    Quantization.NONE,
                    new FolderBlobs(folder),
                    ImportListener.NONE))
        .withMessageContaining(message);
  }
}
