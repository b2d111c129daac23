package dev.bantam.models.importer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.models.ModelException;
import dev.bantam.models.importer.onnx.ExportFolder;
import dev.bantam.models.importer.quantize.Quantization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is made of a model's weights where nobody says. */
class UsualQuantizationTest {

  @TempDir Path folder;

  @Test
  void shouldTakeFourBitsForFloats() throws Exception {
    assertThat(usual(SafetensorsImportTest.resource("tied"))).isEqualTo(Quantization.FOUR_BITS);
    assertThat(usual(SafetensorsImportTest.resource("tied.gguf")))
        .isEqualTo(Quantization.FOUR_BITS);
  }

  @Test
  void shouldKeepQuantizedWeightsAndExports() throws Exception {
    Path export = ExportBytes.model().write(folder.resolve("export"));

    assertThat(usual(LlamaImportTest.resource("q8_0.gguf"))).isEqualTo(Quantization.NONE);
    assertThat(usual(export)).isEqualTo(Quantization.NONE);
    assertThat(ModelImporter.usual(export, List.of("q4_all"))).isEqualTo(Quantization.NONE);
  }

  /** As on hubs: a folder that holds both is one with safetensors, unless a graph is chosen. */
  @Test
  void shouldTellAFoldersSafetensorsFromItsGraphs() throws Exception {
    Path both = FolderBytes.model().write(folder.resolve("both"));
    Files.createDirectory(both.resolve("onnx"));
    Files.write(both.resolve("onnx/model_q4.onnx"), ExportBytes.graph().build().toByteArray());

    assertThat(usual(both)).isEqualTo(Quantization.FOUR_BITS);
    assertThat(usual(ExportFolder.choose(both, "model_q4.onnx"))).isEqualTo(Quantization.NONE);
  }

  private static Quantization usual(Path source) throws ModelException {
    return ModelImporter.usual(source, List.of());
  }
}
