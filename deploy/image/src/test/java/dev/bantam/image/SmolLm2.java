package dev.bantam.image;

import dev.bantam.models.ModelRepository;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import java.nio.file.Path;

/**
 * The real default model, pulled through its catalog entry into the tests' home once a checkout.
 */
final class SmolLm2 {

  static final String NAME = "smollm2-135m-instruct";

  private SmolLm2() {}

  static ModelFiles files() throws Exception {
    Path models = BantamProcess.testHome().resolve("models");
    ModelRepository repository = ModelRepository.open(models);
    repository.pull(NAME, event -> {});
    return repository.resolve(ModelReference.parse(NAME));
  }
}
