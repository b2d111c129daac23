package dev.bantam.inference.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Small vocabularies with each family's own rules, which {@code tokenizer_families.py} has trained:
 * from {@code tokenizer.json} as Hugging Face's tokenizers encode, from a GGUF as llama.cpp does.
 */
class SmallFamiliesTest {

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"gptneox", "phi2", "smollm", "gpt-4o", "mistral-v0.3"})
  void shouldEncodeAsTheReferenceDoes(String family) throws Exception {
    // Given
    JsonNode file = VocabularyFixture.json("small/" + family + ".json");
    JsonNode golden = VocabularyFixture.json("families.json").path(family);
    List<String> strings = VocabularyFixture.strings();
    SoftAssertions softly = new SoftAssertions();
    // When
    try (Tokenizer tokenizer = VocabularyFixture.load(file, folder)) {
      // Then
      VocabularyFixture.compare(family, tokenizer, strings, golden.path("json"), softly);
    }
    if (golden.has("gguf")) {
      // When
      try (Tokenizer tokenizer =
          VocabularyFixture.load(ConvertedVocabulary.of(file, golden.path("vocabulary")), folder)) {
        // Then
        VocabularyFixture.compare(
            family + " from GGUF", tokenizer, strings, golden.path("gguf"), softly);
      }
    }
    softly.assertAll();
  }
}
