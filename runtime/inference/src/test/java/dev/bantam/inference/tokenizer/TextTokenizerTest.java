package dev.bantam.inference.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.models.InstalledModel;
import dev.bantam.models.ModelRepository;
import dev.bantam.models.importer.ImportListener;
import dev.bantam.models.importer.quantize.Quantization;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The vocabularies of runtime/models' small encoders: w0 to w90, and single characters. */
class TextTokenizerTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path TOKENIZERS = Path.of("src/test/resources/tokenizer");

  @TempDir Path work;

  private TextTokenizer load(String name) throws Exception {
    Path folder =
        Path.of(
            System.getProperty("bantam.root"), "runtime/models/src/test/resources/encoders", name);
    ModelRepository repository = ModelRepository.open(work);
    InstalledModel model =
        repository.importFile(folder, name, Quantization.NONE, ImportListener.NONE);
    ModelFiles files = repository.resolve(model.reference(model.variants().get(0)));
    return TextTokenizer.load(files.require(ModelFiles.TOKENIZER));
  }

  @Test
  void shouldFrameATextAsBertDoes() throws Exception {
    try (TextTokenizer tokenizer = load("bert-plain")) {
      TokenizedText text = tokenizer.tokenize("w1 w2");
      assertThat(text.ids()).containsExactly(6, 7);
      assertThat(tokenizer.frame().size()).isEqualTo(2);
      assertThat(tokenizer.frame().ids(text.ids())).containsExactly(2, 6, 7, 3);
      assertThat(tokenizer.frame().types(2)).containsExactly(0, 0, 0, 0);
      assertThat(tokenizer.frame().start(0)).isEqualTo(1);
    }
  }

  @Test
  void shouldFrameAPairAsBertDoes() throws Exception {
    try (TextTokenizer tokenizer = load("bert-span")) {
      TokenFrame pair = tokenizer.pairFrame();
      assertThat(pair.ids(new int[] {6, 7}, new int[] {8})).containsExactly(2, 6, 7, 3, 8, 3);
      assertThat(pair.types(2, 1)).containsExactly(0, 0, 0, 0, 1, 1);
      assertThat(pair.start(1, 2)).isEqualTo(4);
    }
  }

  @Test
  void shouldFrameAPairAsRobertaDoes() throws Exception {
    try (TextTokenizer tokenizer = load("roberta-span")) {
      TokenFrame pair = tokenizer.pairFrame();
      assertThat(pair.size()).isEqualTo(4);
      assertThat(pair.ids(new int[] {68}, new int[] {69})).containsExactly(0, 68, 2, 2, 69, 2);
      assertThat(pair.start(1, 1)).isEqualTo(4);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"wordpiece", "unigram"})
  void shouldMakeNoSpecialTokenOfATextAndElseCutAsTransformersDoes(String name) throws Exception {
    // Given
    JsonNode golden = JSON.readTree(TOKENIZERS.resolve("text-tokenizer.json").toFile());
    List<String> texts = new ArrayList<>();
    JSON.readTree(TOKENIZERS.resolve("strings.json").toFile()).forEach(s -> texts.add(s.asText()));
    golden.path("further").forEach(text -> texts.add(text.asText()));
    JsonNode expected = golden.path(name);
    assertThat(expected).hasSameSizeAs(texts).hasSizeGreaterThan(624);

    try (TextTokenizer tokenizer = TextTokenizer.load(file(name))) {
      List<Integer> specials = new ArrayList<>();
      tokenizer.frame().specials().forEach(group -> specials.addAll(group.ids()));
      assertThat(specials).hasSize(2);
      for (int i = 0; i < texts.size(); i++) {
        int[] ids = tokenizer.tokenize(texts.get(i)).ids();
        if (!expected.get(i).isNull()) {
          assertThat(ids)
              .as("%s %d: %s", name, i, texts.get(i))
              .isEqualTo(JSON.treeToValue(expected.get(i), int[].class));
        }
        assertThat(Arrays.stream(ids).boxed()).doesNotContainAnyElementsOf(specials);
      }
    }
  }

  private Path file(String name) throws Exception {
    if (name.equals("unigram")) {
      return TOKENIZERS.resolve("small-unigram.json");
    }
    ModelRepository repository = ModelRepository.open(work);
    repository.pull("all-minilm-l6-v2-int8", event -> {});
    return repository
        .resolve(ModelReference.parse("all-minilm-l6-v2-int8"))
        .require(ModelFiles.TOKENIZER);
  }

  @Test
  void shouldCountOffsetsInCodePoints() throws Exception {
    try (TextTokenizer tokenizer = load("bert-plain")) {
      // Given an emoji, which is one code point and two chars, and one that is two code points
      TokenizedText text = tokenizer.tokenize("😀 w1 ❤\uFE0F w2");

      // Then the words stand where a count of code points finds them
      int[] last = {text.starts()[text.size() - 1], text.ends()[text.size() - 1]};
      assertThat(text.starts()).startsWith(0, 2);
      assertThat(text.ends()).startsWith(1, 4);
      assertThat(last).containsExactly(8, 10);
      assertThat(text.words()[0]).isLessThan(text.words()[1]);
    }
  }

  @Test
  void shouldMakeNoTokenOfNoText() throws Exception {
    try (TextTokenizer tokenizer = load("bert-plain")) {
      assertThat(tokenizer.tokenize("").size()).isZero();
      assertThat(tokenizer.tokenize(" \n").size()).isZero();
      assertThat(tokenizer.frame().ids(new int[0])).containsExactly(2, 3);
    }
  }

  @Test
  void shouldTakeHalfASurrogatePairAndTextsOfAMegabyte() throws Exception {
    try (TextTokenizer tokenizer = load("bert-plain")) {
      assertThat(tokenizer.tokenize("w1 \uD83D w2").starts()).endsWith(5);
      assertThat(tokenizer.tokenize("w1 ".repeat(350_000)).size()).isEqualTo(350_000);
    }
  }

  @Test
  void shouldSayThatItIsClosed() throws Exception {
    TextTokenizer tokenizer = load("bert-plain");
    tokenizer.close();
    tokenizer.close();
    assertThatIllegalStateException().isThrownBy(() -> tokenizer.tokenize("w1"));
  }
}
