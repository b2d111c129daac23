package dev.bantam.plugins.textencoding;

import static dev.bantam.plugins.textencoding.SmallEncoders.data;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Task {@code tag} beside transformers' token-classification pipeline. */
class TagGoldenTest {

  private static final double TOLERANCE = 1e-3;
  private static final String CASED = "bert-tags";
  private static final String LEXICAL = "bert-lexical-tags";
  private static final String NO_PREFIX = "distilbert-plain-tags";
  private static final String BYTES = "roberta-tags";

  /** Texts in whose words the pipeline errs: Korean without case, joined emoji, parted accents. */
  private static final int HANGUL = 9;

  private static final int EMOJI = 10;
  private static final int ACCENTS = 17;

  @TempDir Path work;
  private SmallEncoders encoders;

  @BeforeEach
  void open() {
    encoders = new SmallEncoders(work);
  }

  @AfterEach
  void close() {
    encoders.close();
  }

  /** A span without its score. */
  private record Place(String label, String text, int start, int end) {

    static List<Place> of(JsonNode spans) {
      List<Place> places = new ArrayList<>();
      for (JsonNode span : spans) {
        String label = span.get("label").textValue();
        int start = span.get("start").intValue();
        places.add(
            new Place(label, span.get("text").textValue(), start, span.get("end").intValue()));
      }
      return places;
    }

    static List<Place> of(List<Map<String, Object>> spans) {
      return spans.stream()
          .map(
              span ->
                  new Place(
                      (String) span.get("label"),
                      (String) span.get("text"),
                      (int) span.get("start"),
                      (int) span.get("end")))
          .toList();
    }
  }

  private static JsonNode texts(String model) throws Exception {
    return SmallEncoders.golden(model).get("texts");
  }

  @SuppressWarnings("unchecked")
  private List<Map<String, Object>> spans(String model, String text) throws Exception {
    return (List<Map<String, Object>>)
        data(encoders.ask(model, "tag", Map.of("text", text))).get(0).get("spans");
  }

  private static void assertSame(List<Map<String, Object>> spans, JsonNode golden) {
    assertThat(Place.of(spans)).isEqualTo(Place.of(golden));
    for (int i = 0; i < spans.size(); i++) {
      assertThat((double) spans.get(i).get("score"))
          .as("%s", spans.get(i))
          .isCloseTo(golden.get(i).get("score").doubleValue(), within(TOLERANCE));
    }
  }

  /** Numbers of the texts of which the pipeline's spans by this strategy are not Bantam's. */
  private List<Integer> differing(String model, String strategy) throws Exception {
    List<Integer> differing = new ArrayList<>();
    for (JsonNode golden : texts(model)) {
      List<Place> theirs = Place.of(golden.get("strategies").get(strategy));
      if (!theirs.equals(Place.of(spans(model, golden.get("text").textValue())))) {
        differing.add(index(model, golden));
      }
    }
    return differing;
  }

  private static int index(String model, JsonNode golden) throws Exception {
    List<JsonNode> all = new ArrayList<>();
    texts(model).forEach(all::add);
    return all.indexOf(golden);
  }

  @ParameterizedTest
  @ValueSource(strings = {CASED, LEXICAL, NO_PREFIX, BYTES})
  void shouldTagAsStrategyFirstOverTheTokenizersWords(String model) throws Exception {
    int found = 0;
    for (JsonNode golden : texts(model)) {
      List<Map<String, Object>> spans = spans(model, golden.get("text").textValue());
      assertSame(spans, golden.get("words"));
      found += spans.size();
    }
    assertThat(found).isGreaterThan(80);
  }

  @ParameterizedTest
  @ValueSource(strings = {CASED, LEXICAL, NO_PREFIX, BYTES})
  void shouldTagALongTextOverWindows(String model) throws Exception {
    JsonNode golden = SmallEncoders.golden(model).get("long");
    assertSame(spans(model, golden.get("text").textValue()), golden.get("words"));
  }

  @Test
  void shouldTagALongTextAsThePipelineWithAStrideWhereContextMattersLittle() throws Exception {
    JsonNode golden = SmallEncoders.golden(LEXICAL).get("long");
    assertThat(Place.of(spans(LEXICAL, golden.get("text").textValue())))
        .hasSizeGreaterThan(80)
        .isEqualTo(Place.of(golden.get("stride")));
  }

  /**
   * The pipeline takes a token for a piece of the word before it if its text has another length
   * than its piece, which an accent that was taken off, or a joiner that was dropped, makes as
   * well.
   */
  @Test
  void shouldCutWordsOfWordPiecesAsThePipelineButForCharactersThatNormalizationDrops()
      throws Exception {
    assertThat(differing(CASED, "first")).isEqualTo(List.of(EMOJI));
    assertThat(differing(LEXICAL, "first")).isEqualTo(List.of(EMOJI));
    assertThat(differing(NO_PREFIX, "first")).isEqualTo(List.of(HANGUL, EMOJI, ACCENTS));
    assertThat(Place.of(texts(CASED).get(EMOJI).get("strategies").get("first")))
        .anySatisfy(place -> assertThat(place.text()).startsWith("überhitzt 😀"));
  }

  /** Of byte-level tokenizers the pipeline warns that it guesses, by spaces; Bantam asks them. */
  @Test
  void shouldPartPunctuationFromWordsOfBytesWhichThePipelineDoesNot() throws Exception {
    String text = texts(BYTES).get(0).get("text").textValue();
    List<Place> theirs = Place.of(texts(BYTES).get(0).get("strategies").get("first"));
    List<Place> ours = Place.of(spans(BYTES, text));

    assertThat(text).contains(" P-101 ");
    assertThat(theirs).anySatisfy(place -> assertThat(place.text()).contains("P-101"));
    assertThat(ours)
        .anySatisfy(place -> assertThat(place.text()).isEqualTo("P"))
        .noneSatisfy(place -> assertThat(place.text()).contains("P-101"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"simple", "max", "average"})
  void shouldNotFollowTheOtherStrategies(String strategy) throws Exception {
    assertThat(differing(CASED, strategy)).hasSizeGreaterThan(differing(CASED, "first").size());
  }

  /** The pipeline joins neighbours of one class there, such as two nouns. */
  @Test
  void shouldGiveASpanForEachWordWhereTheModelHasAClassForEach() throws Exception {
    // Given the model whose classes have no prefixes, O among them, with another name for O
    String text = texts(NO_PREFIX).get(0).get("text").textValue();
    String config = SmallEncoders.file(NO_PREFIX, "config.json").replace("\"O\"", "\"OTHER\"");
    var model = encoders.load(NO_PREFIX, Map.of(), Map.of("config.json", config));

    // When
    List<?> spans =
        (List<?>) data(SmallEncoders.ask(model, "tag", Map.of("text", text))).get(0).get("spans");

    // Then
    assertThat(spans.stream().map(span -> ((Map<?, ?>) span).get("text").toString()))
        .containsExactly(
            "Pump", "P", "-", "101", "at", "the", "Köln", "plant", "reports", "3", ".", "7", "bar",
            ".");
  }
}
