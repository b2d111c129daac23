package dev.bantam.inference.generation;

import java.util.Map;

/** Adds a fixed amount to the logits of some tokens. */
record LogitBias(Map<Integer, Double> bias) implements LogitsProcessor {

  @Override
  public void process(float[] logits) {
    bias.forEach((token, amount) -> logits[token] += amount.floatValue());
  }
}
