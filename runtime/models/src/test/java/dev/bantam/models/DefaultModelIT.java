package dev.bantam.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.models.store.Blob;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The default model, from its publisher to files that can be loaded. It lands in {@code
 * target/test-home} of the checkout, where the other tests find it, so it is pulled once.
 */
class DefaultModelIT {

  private static final String DEFAULT = "smollm2-135m-instruct";

  @Test
  void shouldPullTheDefaultModelOnce() throws Exception {
    Path models = Path.of(System.getProperty("bantam.root"), "target", "test-home", "models");
    ModelRepository repository = ModelRepository.open(models);
    // When
    InstalledModel model = repository.pull(DEFAULT, PullListener.NONE);
    // Then
    assertThat(model.license()).isEqualTo("Apache-2.0");
    assertThat(model.variants())
        .singleElement()
        .satisfies(
            variant -> {
              assertThat(variant.variant()).isEqualTo("q4_1");
              assertThat(variant.architecture()).isEqualTo("llama");
              assertThat(variant.madeFrom())
                  .isEqualTo(
                      new Blob(
                          "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
                          98_362_432));
            });
    Map<String, Path> files = repository.resolve(ModelReference.parse(DEFAULT)).files();
    assertThat(files)
        .containsKeys(
            ModelFiles.GRAPH, ModelFiles.WEIGHTS, ModelFiles.CONFIG, ModelFiles.TOKENIZER);
    assertThat(repository.verify(model.reference()).damaged()).isEmpty();
    // A second pull needs no source
    assertThat(repository.pull(DEFAULT, event -> assertThat(event).isNull())).isEqualTo(model);
  }
}
