package dev.bantam.plugins.textencoding;

import dev.bantam.inference.tokenizer.TokenizedText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Classes of tokens to spans of words, by the rules of transformers' aggregation strategy {@code
 * first}. A word is of the class of its first token; words that follow each other form a span while
 * their classes go on: {@code B-X} begins one, {@code I-X} goes on with one of the same {@code X}
 * and begins one elsewhere, {@code O} is none. A class without such a prefix is as {@code I-} where
 * the model has {@code O}; one that has a class for every word, such as its part of speech, gives a
 * span for each.
 *
 * @param labels the model's, by number
 */
record WordTags(List<String> labels) {

  private static final String OUTSIDE = "O";

  /**
   * A span of words.
   *
   * @param start first code point in the text
   * @param end behind the last
   * @param score mean probability of its words' classes
   */
  record Span(String label, int start, int end, double score) {

    Map<String, Object> fields(CodePoints text) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("label", label);
      fields.put("text", text.slice(start, end));
      fields.put("start", start);
      fields.put("end", end);
      fields.put("score", Vectors.rounded(score));
      return fields;
    }
  }

  /** A span that may still grow. */
  private static final class Open {
    private final String label;
    private final int start;
    private int end;
    private double score;
    private int words;

    Open(String label, int start) {
      this.label = label;
      this.start = start;
    }

    void add(int wordEnd, double probability) {
      end = wordEnd;
      score += probability;
      words++;
    }

    Span close() {
      return new Span(label, start, end, score / words);
    }
  }

  /**
   * @param text whose tokens were classified
   * @param logits {@code [tokens, labels]}
   */
  List<Span> spans(TokenizedText text, float[] logits) {
    List<Span> spans = new ArrayList<>();
    Open open = null;
    int token = 0;
    while (token < text.size()) {
      int end = endOfWord(text, token);
      double[] probabilities = Vectors.softmax(logits, token * labels.size(), labels.size());
      int best = best(probabilities);
      Open next = continued(open, labels.get(best), text.starts()[token]);
      if (open != null && next != open) {
        spans.add(open.close());
      }
      open = next;
      if (open != null) {
        open.add(text.ends()[end - 1], probabilities[best]);
      }
      token = end;
    }
    if (open != null) {
      spans.add(open.close());
    }
    return spans;
  }

  private static int endOfWord(TokenizedText text, int token) {
    int end = token + 1;
    while (end < text.size()
        && text.words()[end] == text.words()[token]
        && text.words()[token] >= 0) {
      end++;
    }
    return end;
  }

  private static int best(double[] probabilities) {
    int best = 0;
    for (int i = 1; i < probabilities.length; i++) {
      best = probabilities[i] > probabilities[best] ? i : best;
    }
    return best;
  }

  /** The span that a word of this class belongs to; null for none. */
  private @Nullable Open continued(@Nullable Open open, String label, int start) {
    if (label.equals(OUTSIDE)) {
      return null;
    }
    boolean prefixed = label.startsWith("I-") || label.startsWith("B-");
    boolean goesOn = prefixed ? label.startsWith("I-") : labels.contains(OUTSIDE);
    String name = prefixed ? label.substring(2) : label;
    return goesOn && open != null && open.label.equals(name) ? open : new Open(name, start);
  }
}
