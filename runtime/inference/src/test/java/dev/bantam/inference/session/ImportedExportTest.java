package dev.bantam.inference.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bantam.format.DecoderConfig;
import dev.bantam.inference.bench.BenchOptions;
import dev.bantam.inference.bench.Benchmark;
import dev.bantam.inference.generation.GreedyDecode;
import dev.bantam.models.InstalledModel;
import dev.bantam.models.ModelRepository;
import dev.bantam.models.importer.ImportListener;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.ModelFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From an export's folder through the repository to tokens. */
class ImportedExportTest {

  @TempDir Path work;

  @ParameterizedTest
  @CsvSource({
    "llama, model.onnx,           fp32",
    "llama, model_q4.onnx,        q4",
    "llama, model_int8.onnx,      int8",
    "llama, model_fp16.onnx,      fp16",
    "llama, model_gqa.onnx,       gqa",
    "llama, model_gqa_fixed.onnx, gqa_fixed",
    "gpt2,  model.onnx,           fp32"
  })
  void shouldDecodeAsTheFilesDoWhereTheyLie(String model, String file, String variant)
      throws Exception {
    // Given
    ModelRepository repository = ModelRepository.open(work);
    Path graph = ExportFixture.folder(model).resolve("onnx").resolve(file);
    JsonNode golden = ExportFixture.golden(model);

    // When
    InstalledModel installed = repository.importFile(graph, "tiny", ImportListener.NONE);

    // Then
    ModelFiles files = repository.resolve(installed.reference(installed.variants().get(0)));
    assertThat(files.reference().variant()).contains("onnx-" + variant);
    try (DecoderModel lying = ExportFixture.load(model, file, work);
        DecoderModel decoder = DecoderModel.load(files, LoadContext.of(1, 1000))) {
      for (int i = 0; i < golden.get("prompts").size(); i++) {
        int[] prompt = ExportFixture.tokens(golden.get("prompts").get(i).get("tokens"));
        int count = golden.get("greedy").get(file).get(i).size();
        assertThat(greedy(decoder, prompt, count)).isEqualTo(greedy(lying, prompt, count));
      }
    }
  }

  private static int[] greedy(DecoderModel model, int[] prompt, int count) throws Exception {
    return GreedyDecode.run(model, prompt, count).stream()
        .mapToInt(GreedyDecode.Step::token)
        .toArray();
  }

  @Test
  void shouldDescribeTheModelByItsFolder() throws Exception {
    // Given a folder with one graph
    ModelRepository repository = ModelRepository.open(work);

    // When
    InstalledModel installed =
        repository.importFile(ExportFixture.folder("gpt2"), "tiny", ImportListener.NONE);

    // Then
    ModelFiles files = repository.resolve(installed.reference(installed.variants().get(0)));
    try (DecoderModel decoder = DecoderModel.load(files, LoadContext.of(1, 1000))) {
      DecoderConfig config = decoder.config();
      assertThat(config.architecture()).isEqualTo("gpt2");
      assertThat(List.of(config.layers(), config.heads(), config.kvHeads(), config.headSize()))
          .containsExactly(2, 4, 4, 12);
      assertThat(List.of(config.hiddenSize(), config.vocabSize(), config.contextLength()))
          .containsExactly(48, 288, 160);
      assertThat(config.stopTokenIds()).containsExactly(257);
      assertThat(config.bosToken()).contains("<|start|>");
      assertThat(config.chatTemplate().orElseThrow()).startsWith("{% for m in messages %}");
    }
    assertThat(installed.variants().get(0).parameters()).isBetween(50_000L, 110_000L);
    assertThat(
            repository
                .importFile(ExportFixture.folder("gpt2"), "tiny", ImportListener.NONE)
                .variants())
        .isEqualTo(installed.variants());
  }

  @Test
  void shouldMeasureAnExportAsAnyOtherModel() throws Exception {
    // Given
    ModelRepository repository = ModelRepository.open(work);
    Path graph = ExportFixture.folder("llama").resolve("onnx").resolve("model_q4.onnx");
    InstalledModel installed = repository.importFile(graph, "tiny", ImportListener.NONE);
    ModelFiles files = repository.resolve(installed.reference(installed.variants().get(0)));

    // When, Then
    assertThat(
            Benchmark.run(
                files, new BenchOptions(40, 8, 1, false, 0, 1, Map.of()), (a, b, c) -> {}))
        .isNotNull();
  }
}
