package dev.bantam.inference.generation;

import java.util.BitSet;

/**
 * Makes tokens that prompt or answer already hold less likely: divides their positive logits,
 * multiplies their negative ones (Keskar et al. 2019, "CTRL", section 4.1).
 */
final class RepetitionPenalty implements LogitsProcessor {

  private final float penalty;
  private final BitSet seen = new BitSet();

  RepetitionPenalty(double penalty, int[] prompt) {
    this.penalty = (float) penalty;
    for (int token : prompt) {
      seen.set(token);
    }
  }

  @Override
  public void process(float[] logits) {
    for (int token = seen.nextSetBit(0); token >= 0; token = seen.nextSetBit(token + 1)) {
      float logit = logits[token];
      logits[token] = logit > 0 ? logit / penalty : logit * penalty;
    }
  }

  @Override
  public void accept(int token) {
    seen.set(token);
  }
}
