package dev.bantam.plugins.textencoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.bantam.inference.encoder.EncoderResult.SpanLogits;
import dev.bantam.plugins.textencoding.BestSpans.Found;
import java.util.Random;
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
          new BestSpans(longest, 3).find(new SpanLogits(starts, ends), 100, offset, tokens);

      double best = Double.NEGATIVE_INFINITY;
      for (int start = 0; start < tokens; start++) {
        for (int end = start; end < Math.min(tokens, start + longest); end++) {
          best = Math.max(best, (double) starts[offset + start] + ends[offset + end]);
        }
      }
      BestSpans.Span first = found.spans().get(0);
      assertThat(first.logit()).isEqualTo(best);
      assertThat((double) starts[offset + first.start() - 100] + ends[offset + first.end() - 100])
          .isEqualTo(best);
      assertThat(first.end() - first.start()).isBetween(0, longest - 1);
      assertThat(found.none()).isEqualTo((double) starts[0] + ends[0]);
    }
  }

  @Test
  void shouldScoreByProbabilitiesOfBeginAndEnd() {
    float[] logits = {0, 9, 9, (float) Math.log(2), 0};

    Found found = new BestSpans(5, 1).find(new SpanLogits(logits, logits), 0, 3, 2);

    // Of first token, and two of the text: 1/4, 2/4, 1/4; what lies between does not count
    assertThat(found.spans().get(0).score()).isCloseTo(0.25, within(1e-6));
    assertThat(found.noneScore()).isCloseTo(1 / 16d, within(1e-6));
  }

  @Test
  void shouldFindNothingInAnEmptyWindow() {
    Found found = new BestSpans(5, 1).find(new SpanLogits(new float[4], new float[4]), 0, 3, 0);
    assertThat(found.spans()).isEmpty();
  }

  private static float[] random(Random random, int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = random.nextFloat() * 10 - 5;
    }
    return values;
  }
}
