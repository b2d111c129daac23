package dev.bantam.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.models.importer.ImportListener;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelKindTest {

  private static final Path RESOURCES = Path.of("src/test/resources");

  @TempDir Path folder;

  private ModelKind kind(String source) throws ModelException {
    ModelRepository models = ModelRepository.open(folder);
    InstalledModel model =
        models.importFile(RESOURCES.resolve(source), "mine", ImportListener.NONE);
    return ModelKind.of(models.resolve(model.reference()));
  }

  @Test
  void shouldKnowADecoderByItsConfiguration() throws ModelException {
    assertThat(kind("dev/bantam/models/importer/tiny-q4_1.gguf")).isEqualTo(ModelKind.DECODER);
  }

  @Test
  void shouldKnowAnEncoderWithAndWithoutAHead() throws ModelException {
    assertThat(kind("encoders/bert-plain")).isEqualTo(ModelKind.ENCODER);
    assertThat(kind("encoders/distilbert-tokens")).isEqualTo(ModelKind.ENCODER);
  }
}
