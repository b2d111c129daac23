package dev.bantam.inference.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.format.DecoderMemory;
import dev.bantam.models.InstalledModel;
import dev.bantam.models.MemoryPrediction;
import dev.bantam.models.ModelRepository;
import dev.bantam.models.importer.ImportListener;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.ModelFiles;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is predicted of a graph, against what its loading turns out. */
class PredictedMemoryTest {

  @TempDir Path work;

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
  void shouldPredictTheCacheThatTheGraphTurnsOutToHave(String model, String file) throws Exception {
    // Given
    ModelRepository repository = ModelRepository.open(work);
    Path graph = ExportFixture.folder(model).resolve("onnx").resolve(file);
    InstalledModel installed = repository.importFile(graph, "tiny", ImportListener.NONE);
    ModelFiles files = repository.resolve(installed.reference(installed.variants().get(0)));

    // When
    DecoderMemory memory = MemoryPrediction.of(files).orElseThrow();

    // Then
    assertThat(memory.weights()).isPositive();
    try (DecoderModel decoder = DecoderModel.load(files, LoadContext.of(1, 1000))) {
      GraphLayout layout = decoder.layout();
      assertThat(memory.config()).isEqualTo(decoder.config());
      assertThat(memory.graph().growsCache()).isEqualTo(!layout.sharedCache());
      assertThat(memory.graph().cacheElement()).isEqualTo(layout.cacheType().size);
      assertThat(memory.graph().cacheLength()).isEqualTo(layout.cacheLength());
      assertThat(memory.graph().logitsForAll()).isEqualTo(!layout.makesWantedRowsOnly());
    }
  }
}
