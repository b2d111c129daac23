package dev.bantam.plugins.textencoding;

import dev.bantam.inference.encoder.EncoderResult.SpanLogits;
import dev.bantam.inference.tokenizer.TokenizedText;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds spans by the logits of their begins and ends, as SQuAD's evaluation reads models: a span is
 * as good as the sum of both; the first token's sum says that there is no answer (SQuAD 2). Spans
 * are widened to whole words; of those that come to the same words the best counts. Of several
 * windows the best span counts, and the least sum for none.
 *
 * @param words where each token's word begins and ends
 * @param longest tokens of a span at most, before it is widened
 * @param most spans that are kept
 */
record BestSpans(Words words, int longest, int most) {

  /** By sum, the best first. */
  private static final Comparator<Span> BEST_FIRST =
      Comparator.comparingDouble((Span span) -> -span.logit());

  /**
   * The words that tokens are pieces of. Immutable by agreement: nobody writes to the arrays.
   *
   * @param first of each token, the first token of its word
   * @param last the last
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody; lists would box every token
  record Words(int[] first, int[] last) {

    static Words of(TokenizedText text) {
      int[] first = new int[text.size()];
      int[] last = new int[text.size()];
      for (int i = 0; i < first.length; i++) {
        first[i] = i > 0 && ofOneWord(text, i - 1) ? first[i - 1] : i;
      }
      for (int i = last.length - 1; i >= 0; i--) {
        last[i] = i + 1 < last.length && ofOneWord(text, i) ? last[i + 1] : i;
      }
      return new Words(first, last);
    }

    private static boolean ofOneWord(TokenizedText text, int token) {
      return text.words()[token] >= 0 && text.words()[token] == text.words()[token + 1];
    }
  }

  /**
   * Whole words of the text.
   *
   * @param start first token of the first word
   * @param end last token of the last
   * @param logit the sum
   * @param score probability of begin times probability of end, within its window
   */
  record Span(int start, int end, double logit, double score) {

    private long place() {
      return ((long) start << 32) | end;
    }
  }

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
    Map<Long, Span> best = new HashMap<>();
    double least = Double.NEGATIVE_INFINITY;
    for (int start = 0; start < tokens; start++) {
      for (int end = start; end < Math.min(tokens, start + longest); end++) {
        double logit = (double) logits.starts()[offset + start] + logits.ends()[offset + end];
        if (logit > least) {
          int first = words.first()[from + start];
          int last = words.last()[from + end];
          least = put(best, new Span(first, last, logit, begins[1 + start] * ends[1 + end]));
        }
      }
    }
    return new Found(
        sorted(best.values()), (double) logits.starts()[0] + logits.ends()[0], begins[0] * ends[0]);
  }

  /** The best of all windows, best first. */
  List<Span> merged(List<Found> windows) {
    Map<Long, Span> best = new HashMap<>();
    windows.stream().flatMap(window -> window.spans().stream()).forEach(span -> put(best, span));
    return sorted(best.values());
  }

  private static List<Span> sorted(Collection<Span> spans) {
    return spans.stream().sorted(BEST_FIRST).toList();
  }

  /** Keeps the span if it is among the best; gives the sum that the next must exceed. */
  private double put(Map<Long, Span> best, Span span) {
    best.merge(span.place(), span, (known, other) -> other.logit() > known.logit() ? other : known);
    if (best.size() < most) {
      return Double.NEGATIVE_INFINITY;
    }
    Span worst = worst(best.values());
    if (best.size() > most) {
      best.remove(worst.place());
      worst = worst(best.values());
    }
    return worst.logit();
  }

  private static Span worst(Collection<Span> spans) {
    return spans.stream().max(BEST_FIRST).orElseThrow();
  }

  /** Of the first token, then of the text's. */
  private static double[] probabilities(float[] logits, int offset, int tokens) {
    float[] among = new float[tokens + 1];
    among[0] = logits[0];
    System.arraycopy(logits, offset, among, 1, tokens);
    return Vectors.softmax(among, 0, among.length);
  }
}
