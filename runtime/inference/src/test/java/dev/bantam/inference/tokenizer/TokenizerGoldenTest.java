package dev.bantam.inference.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Encodes as llama.cpp does, whose ids {@code tokenizer_golden.py} has written down. */
class TokenizerGoldenTest {

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {"byte-level.json", "sentence-piece.json", "sentence-piece-no-prefix.json"})
  void shouldEncodeAsLlamaCppDoes(String name) throws Exception {
    // Given
    JsonNode fixture = VocabularyFixture.json(name);
    List<String> strings = VocabularyFixture.strings();
    assertThat(strings).hasSizeGreaterThan(500);
    SoftAssertions softly = new SoftAssertions();
    for (JsonNode golden : fixture.path("golden")) {
      for (JsonNode label : golden.path("labels")) {
        // When
        try (Tokenizer tokenizer =
            VocabularyFixture.load(
                VocabularyFixture.vocabulary(fixture.path("vocabulary"), label.asText()), folder)) {
          // Then
          VocabularyFixture.compare(label.asText(), tokenizer, strings, golden, softly);
        }
      }
    }
    softly.assertAll();
  }
}
