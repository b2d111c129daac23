package dev.bantam.plugins.textencoding;

import dev.bantam.inference.encoder.EncoderResult.SpanLogits;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Finds spans by the logits of their begins and ends, as SQuAD's models are read: a span is as good
 * as the sum of both; the first token's sum says that there is no answer (SQuAD 2). Of several
 * windows the best span counts, and the least sum for none.
 *
 * @param longest tokens of a span at most
 * @param most spans of a window that are kept
 */
record BestSpans(int longest, int most) {

  /**
   * A span of a window.
   *
   * @param start its first token, in the text
   * @param end its last token
   * @param logit the sum
   * @param score probability of begin times probability of end, within its window
   */
  record Span(int start, int end, double logit, double score) {}

  /**
   * What a window says.
   *
   * @param spans best first
   * @param none sum of the first token
   * @param noneScore its score
   */
  record Found(List<Span> spans, double none, double noneScore) {}

  /**
   * @param from the text's token that the window begins with
   * @param offset where that token stands among the logits
   * @param tokens of the text that the window shows
   */
  Found find(SpanLogits logits, int from, int offset, int tokens) {
    double[] begins = probabilities(logits.starts(), offset, tokens);
    double[] ends = probabilities(logits.ends(), offset, tokens);
    List<Span> spans = new ArrayList<>();
    for (int start = 0; start < tokens; start++) {
      int end = bestEnd(logits.ends(), offset, start, Math.min(tokens, start + longest));
      spans.add(
          new Span(
              from + start,
              from + end,
              (double) logits.starts()[offset + start] + logits.ends()[offset + end],
              begins[1 + start] * ends[1 + end]));
    }
    spans.sort(Comparator.comparingDouble((Span span) -> -span.logit()));
    return new Found(
        List.copyOf(spans.subList(0, Math.min(most, spans.size()))),
        (double) logits.starts()[0] + logits.ends()[0],
        begins[0] * ends[0]);
  }

  private static int bestEnd(float[] ends, int offset, int from, int to) {
    int best = from;
    for (int end = from + 1; end < to; end++) {
      best = ends[offset + end] > ends[offset + best] ? end : best;
    }
    return best;
  }

  /** Of the first token, then of the text's. */
  private static double[] probabilities(float[] logits, int offset, int tokens) {
    float[] among = new float[tokens + 1];
    among[0] = logits[0];
    System.arraycopy(logits, offset, among, 1, tokens);
    return Vectors.softmax(among, 0, among.length);
  }
}
