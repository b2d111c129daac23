package dev.bantam.plugins.textencoding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.inference.tokenizer.TokenizedText;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Token by token as a named-entity model would say it of: Ada Love|lace met Bob in Paris . */
class WordTagsTest {

  private static final List<String> LABELS = List.of("O", "B-PER", "I-PER", "B-LOC", "I-LOC");
  private static final TokenizedText TEXT =
      new TokenizedText(
          new int[8],
          new int[] {0, 4, 8, 13, 17, 21, 24, 29},
          new int[] {3, 8, 12, 16, 20, 23, 29, 30},
          new int[] {0, 1, 1, 2, 3, 4, 5, 6});

  private static float[] logits(int... best) {
    float[] logits = new float[best.length * LABELS.size()];
    for (int i = 0; i < best.length; i++) {
      logits[i * LABELS.size() + best[i]] = 10;
    }
    return logits;
  }

  private static List<String> spans(List<String> labels, float[] logits) {
    CodePoints text = new CodePoints("Ada Lovelace met Bob in Paris.");
    return new WordTags(labels)
        .spans(TEXT, logits).stream()
            .map(span -> span.label() + ":" + text.slice(span.start(), span.end()))
            .toList();
  }

  @Test
  void shouldJoinPiecesToWordsAndWordsToSpans() {
    assertThat(spans(LABELS, logits(1, 2, 0, 0, 1, 0, 3, 0)))
        .containsExactly("PER:Ada Lovelace", "PER:Bob", "LOC:Paris");
  }

  @Test
  void shouldBeginASpanAtEveryBAndAtAnIOfAnotherName() {
    assertThat(spans(LABELS, logits(1, 1, 1, 0, 2, 4, 4, 0)))
        .containsExactly("PER:Ada", "PER:Lovelace", "PER:Bob", "LOC:in Paris");
  }

  @Test
  void shouldJoinWordsOfAClassWithoutPrefixInModelsThatKnowOutside() {
    assertThat(spans(List.of("O", "NAME", "VERB", "X", "Y"), logits(1, 1, 1, 2, 1, 0, 1, 0)))
        .containsExactly("NAME:Ada Lovelace", "VERB:met", "NAME:Bob", "NAME:Paris");
  }

  @Test
  void shouldMakeASpanOfEachWordInModelsThatHaveAClassForEach() {
    assertThat(spans(List.of("PREP", "NAME", "VERB", "X", "DOT"), logits(1, 1, 1, 2, 1, 0, 1, 4)))
        .containsExactly(
            "NAME:Ada", "NAME:Lovelace", "VERB:met", "NAME:Bob", "PREP:in", "NAME:Paris", "DOT:.");
  }

  @Test
  void shouldScoreASpanByItsWordsProbabilities() {
    float[] logits = logits(1, 2, 2, 0, 0, 0, 0, 0);
    Arrays.fill(logits, LABELS.size(), 2 * LABELS.size(), 0);
    logits[LABELS.size() + 2] = (float) Math.log(4);

    WordTags.Span span = new WordTags(LABELS).spans(TEXT, logits).get(0);

    double first = Math.exp(10) / (Math.exp(10) + 4);
    assertThat(span.score())
        .isCloseTo((first + 0.5) / 2, org.assertj.core.data.Offset.offset(1e-6));
  }
}
