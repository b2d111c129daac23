package dev.bantam.inference.generation;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/** Log-probabilities of one answer's tokens. For one generation, one thread at a time. */
final class Logprobs {

  private final int top;
  private final float[] logits;
  private final List<TokenLogprob> picked = new ArrayList<>();

  /**
   * @param top likeliest tokens to note for each place
   */
  Logprobs(int top, int vocab) {
    this.top = top;
    this.logits = new float[vocab];
  }

  /**
   * Notes a token that was picked.
   *
   * @param row the model's logits it was picked by, by token id; not changed
   */
  void add(FloatBuffer row, int token) {
    row.get(0, logits);
    double whole = logOfSum();
    List<TokenLogprob> likeliest =
        top == 0
            ? List.of()
            : Logits.top(logits, top).stream()
                .map(each -> new TokenLogprob(each.token(), each.logit() - whole, List.of()))
                .toList();
    picked.add(new TokenLogprob(token, logits[token] - whole, likeliest));
  }

  /** The logarithm of the sum of all {@code exp(logit)}, taken from the highest for its range. */
  private double logOfSum() {
    float highest = logits[Logits.argMax(logits)];
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - highest);
    }
    return highest + Math.log(sum);
  }

  List<TokenLogprob> picked() {
    return picked;
  }
}
