package dev.bantam.inference.generation;

import java.util.HashMap;
import java.util.Map;

/**
 * OpenAI's frequency and presence penalties over the answer's tokens: {@code logit -= count *
 * frequency + (count > 0 ? presence : 0)}.
 */
final class CountPenalty implements LogitsProcessor {

  private final double frequency;
  private final double presence;
  private final Map<Integer, Integer> counts = new HashMap<>();

  CountPenalty(double frequency, double presence) {
    this.frequency = frequency;
    this.presence = presence;
  }

  @Override
  public void process(float[] logits) {
    counts.forEach((token, count) -> logits[token] -= (float) (count * frequency + presence));
  }

  @Override
  public void accept(int token) {
    counts.merge(token, 1, Integer::sum);
  }
}
