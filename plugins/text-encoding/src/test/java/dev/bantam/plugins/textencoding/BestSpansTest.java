package dev.bantam.plugins.textencoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.bantam.inference.encoder.EncoderResult.SpanLogits;
import dev.bantam.inference.tokenizer.TokenizedText;
import dev.bantam.plugins.textencoding.BestSpans.Found;
import dev.bantam.plugins.textencoding.BestSpans.Words;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BestSpansTest {

  @Test
  void shouldFindTheBestOfAllSpansAsTryingThemAllDoes() {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      int tokens = 1 + random.nextInt(20);
      int offset = 1 + random.nextInt(5);
      float[] starts = random(random, offset + tokens + 1);
      float[] ends = random(random, offset + tokens + 1);
      int longest = 1 + random.nextInt(6);

      Found found =
          new BestSpans(singles(100 + tokens), longest, 3)
              .find(new SpanLogits(starts, ends), 100, offset, tokens);

      List<Double> all = new ArrayList<>();
      for (int start = 0; start < tokens; start++) {
        for (int end = start; end < Math.min(tokens, start + longest); end++) {
          all.add((double) starts[offset + start] + ends[offset + end]);
        }
      }
      all.sort(Comparator.reverseOrder());
      BestSpans.Span first = found.spans().get(0);
      double best = all.get(0);
      assertThat(found.spans())
          .extracting(BestSpans.Span::logit)
          .containsExactlyElementsOf(all.subList(0, Math.min(3, all.size())));
      assertThat((double) starts[offset + first.start() - 100] + ends[offset + first.end() - 100])
          .isEqualTo(best);
      assertThat(first.end() - first.start()).isBetween(0, longest - 1);
      assertThat(found.none()).isEqualTo((double) starts[0] + ends[0]);
    }
  }

  @Test
  void shouldScoreByProbabilitiesOfBeginAndEnd() {
    float[] logits = {0, 9, 9, (float) Math.log(2), 0};

    Found found = new BestSpans(singles(2), 5, 1).find(new SpanLogits(logits, logits), 0, 3, 2);

    // Of first token, and two of the text: 1/4, 2/4, 1/4; what lies between does not count
    assertThat(found.spans().get(0).score()).isCloseTo(0.25, within(1e-6));
    assertThat(found.noneScore()).isCloseTo(1 / 16d, within(1e-6));
  }

  @Test
  void shouldFindNothingInAnEmptyWindow() {
    Found found =
        new BestSpans(singles(0), 5, 1).find(new SpanLogits(new float[4], new float[4]), 0, 3, 0);
    assertThat(found.spans()).isEmpty();
  }

  @Test
  void shouldCountTheBestOfSpansThatComeToTheSameWordsInAnyWindow() {
    // Given two words of two tokens each, which both windows show
    Words words =
        Words.of(new TokenizedText(new int[4], new int[4], new int[4], new int[] {0, 0, 1, 1}));
    BestSpans search = new BestSpans(words, 2, 3);
    float[] better = {0, 5, 9, 1, 1};
    float[] worse = {0, 5, 5, 1, 1};

    // When
    Found one = search.find(new SpanLogits(worse, worse), 0, 1, 4);
    Found other = search.find(new SpanLogits(better, better), 0, 1, 4);

    // Then
    assertThat(search.merged(List.of(one, other)))
        .extracting(span -> List.of(span.start(), span.end(), span.logit()))
        .containsExactly(List.of(0, 1, 18.0), List.of(0, 3, 10.0), List.of(2, 3, 2.0));
  }

  /** Words of one token each. */
  private static Words singles(int tokens) {
    return new Words(IntStream.range(0, tokens).toArray(), IntStream.range(0, tokens).toArray());
  }

  private static float[] random(Random random, int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = random.nextFloat() * 10 - 5;
    }
    return values;
  }
}
