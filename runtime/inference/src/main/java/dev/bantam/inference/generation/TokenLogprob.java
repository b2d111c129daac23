package dev.bantam.inference.generation;

import java.util.List;

/**
 * How likely the model held a token to be.
 *
 * @param token id
 * @param logprob natural logarithm of its probability by the model's own logits, before penalties,
 *     biases and temperature
 * @param top for a token that was picked, the likeliest of its place, the likeliest first; empty if
 *     none were asked for
 */
public record TokenLogprob(int token, double logprob, List<TokenLogprob> top) {

  public TokenLogprob {
    top = List.copyOf(top);
  }
}
