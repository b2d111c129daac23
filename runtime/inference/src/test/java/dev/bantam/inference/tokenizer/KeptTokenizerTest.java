package dev.bantam.inference.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.models.importer.TokenizerJson;
import dev.bantam.spi.TaskException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one process has made of a vocabulary, the next one reads. Goldens are of kept ones, too. */
class KeptTokenizerTest {

  private static final String PROMPT =
      "<|im_start|>user\nThe cat's naïve café: 日本 🎉\n\n  x<|im_end|>";

  @TempDir Path folder;

  private Path file;
  private Optional<Path> cache = Optional.empty();

  @BeforeEach
  void setUp() throws Exception {
    file = folder.resolve("tokenizer.json");
    cache = Optional.of(folder.resolve("cache"));
    write("byte-level", "smollm");
  }

  private void write(String name, String pre) throws Exception {
    try (OutputStream out = Files.newOutputStream(file)) {
      TokenizerJson.of(
              VocabularyFixture.vocabulary(
                  VocabularyFixture.json(name + ".json").path("vocabulary"), pre))
          .write(out);
    }
  }

  /** What a tokenizer makes of a prompt with special tokens, there and back. */
  private List<Object> results(Optional<Path> at) throws TaskException {
    try (Tokenizer tokenizer = Tokenizers.load(file, at)) {
      int[] ids = tokenizer.encodePrompt(PROMPT);
      return List.of(
          Arrays.stream(ids).boxed().toList(),
          tokenizer.decode(ids),
          Arrays.stream(ids).mapToObj(tokenizer::name).toList(),
          tokenizer.vocabSize());
    }
  }

  private List<Path> kept() throws Exception {
    try (Stream<Path> all = Files.list(folder.resolve("cache").resolve("tokenizers"))) {
      return all.toList();
    }
  }

  @Test
  void shouldBeTheSameForTheNextProcess() throws Exception {
    // Given what it is without anything kept
    List<Object> results = results(Optional.empty());

    // When it is made and kept, and read
    assertThat(results(cache)).isEqualTo(results);
    List<Path> made = kept();
    byte[] bytes = Files.readAllBytes(made.get(0));
    Object first = Files.getAttribute(made.get(0), "unix:ino");
    assertThat(results(cache)).isEqualTo(results);

    // Then it was kept once
    assertThat(made).hasSize(1);
    assertThat(kept()).isEqualTo(made);
    assertThat(made.get(0)).hasBinaryContent(bytes);
    assertThat(Files.getAttribute(made.get(0), "unix:ino")).isEqualTo(first);
  }

  /** A card that loses power, or ages. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.0001, 0.001, 0.01, 0.1, 0.3, 0.5, 0.9, 0.9999})
  void shouldBeMadeAnewWhereAByteIsWrong(double place) throws Exception {
    List<Object> results = results(cache);
    Path kept = kept().get(0);
    byte[] whole = Files.readAllBytes(kept);
    byte[] wrong = whole.clone();
    wrong[(int) (place * whole.length)] ^= 0x11;
    Files.write(kept, wrong);

    assertThat(results(cache)).isEqualTo(results);

    assertThat(kept).hasBinaryContent(whole);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 16, 30, 1000, 4000})
  void shouldBeMadeAnewWhereTheEndIsMissing(int bytes) throws Exception {
    List<Object> results = results(cache);
    Path kept = kept().get(0);
    byte[] whole = Files.readAllBytes(kept);
    Files.write(kept, Arrays.copyOf(whole, bytes));

    assertThat(results(cache)).isEqualTo(results);

    assertThat(whole).hasSizeGreaterThan(4000);
    assertThat(kept).hasBinaryContent(whole);
  }

  @Test
  void shouldNotBeTakenForAnotherVocabulary() throws Exception {
    // Given a kept one, and another file in its place
    List<Object> before = results(cache);
    write("sentence-piece", "default");

    // When
    List<Object> results = results(cache);

    // Then
    assertThat(results).isEqualTo(results(Optional.empty())).isNotEqualTo(before);
    assertThat(kept()).hasSize(2);
  }

  /** So that a slot can go back, and the folder does not grow. */
  @Test
  void shouldStayBesideOneOther() throws Exception {
    results(cache);
    Path first = kept().get(0);

    write("sentence-piece", "default");
    results(cache);
    assertThat(kept()).hasSize(2).contains(first);

    write("byte-level", "llama-bpe");
    results(cache);
    assertThat(kept()).hasSize(2).doesNotContain(first);
  }

  /** A full disk, or a folder of somebody else. */
  @Test
  void shouldLoadWhereNothingCanBeKept() throws Exception {
    Files.writeString(folder.resolve("cache"), "a file where the folder should be");

    assertThat(results(cache)).isEqualTo(results(Optional.empty()));
  }
}
