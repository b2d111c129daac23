package dev.bantam.runtime.cli.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.models.InstalledModel;
import dev.bantam.models.ModelRepository;
import dev.bantam.models.importer.ImportListener;
import dev.bantam.models.importer.quantize.Quantization;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VariantCosinesTest {

  private static final Path ENCODER =
      Path.of(
          System.getProperty("bantam.root"),
          "runtime/models/src/test/resources/encoders/bert-plain");

  @TempDir Path folder;

  @Test
  void shouldAnswerByTheFloatsOnceForAllVariants() throws Exception {
    // Given floats and two variants of them
    ModelRepository models = ModelRepository.open(folder);
    ModelFiles floats = imported(models, Quantization.NONE);
    ModelFiles eight = imported(models, Quantization.EIGHT_BITS);
    ModelFiles four = imported(models, Quantization.FOUR_BITS);
    VariantCosines cosines = new VariantCosines();

    // When the floats are gone after the first comparison
    double ofEight = cosines.compare(floats, eight).orElseThrow().meanCosine();
    Files.delete(floats.require(ModelFiles.GRAPH));
    double ofFour = cosines.compare(floats, four).orElseThrow().meanCosine();

    // Then
    assertThat(ofEight).isGreaterThan(0.99);
    assertThat(ofFour).isBetween(0.5, ofEight);
  }

  private static ModelFiles imported(ModelRepository models, Quantization quantization)
      throws Exception {
    InstalledModel model = models.importFile(ENCODER, "mine", quantization, ImportListener.NONE);
    String variant = quantization.variant().orElse("fp32");
    return models.resolve(ModelReference.of(model.name(), model.version(), variant));
  }
}
