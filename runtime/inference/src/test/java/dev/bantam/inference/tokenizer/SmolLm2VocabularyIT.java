package dev.bantam.inference.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelRepository;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/**
 * The default model's own vocabulary against llama.cpp's ids for the same file. Runs where the
 * tests' model folder has the model; its vocabulary is too large to be committed.
 */
class SmolLm2VocabularyIT {

  @Test
  void shouldEncodeAsLlamaCppDoesWithTheDefaultModel() throws Exception {
    // Given
    Optional<ModelFiles> files = installed();
    assumeTrue(files.isPresent(), "the default model is not in target/test-home/models");
    List<String> strings = VocabularyFixture.strings();
    SoftAssertions softly = new SoftAssertions();
    // When
    try (Tokenizer tokenizer = Tokenizers.load(files.get().require(ModelFiles.TOKENIZER))) {
      assertThat(tokenizer.vocabSize()).isEqualTo(49_152);
      // Then
      VocabularyFixture.compare(
          "smollm2", tokenizer, strings, VocabularyFixture.json("smollm2.json"), softly);
    }
    softly.assertAll();
  }

  private static Optional<ModelFiles> installed() {
    Path models = Path.of(System.getProperty("bantam.root"), "target", "test-home", "models");
    if (!Files.isDirectory(models)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          ModelRepository.open(models).resolve(ModelReference.parse("smollm2-135m-instruct")));
    } catch (ModelException e) {
      return Optional.empty();
    }
  }
}
