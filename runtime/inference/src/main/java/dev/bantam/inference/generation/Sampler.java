package dev.bantam.inference.generation;

/** Picks a token. For one generation, one thread. */
@FunctionalInterface
interface Sampler {

  /** Picks the token with the highest logit; of equal ones the lowest id. */
  Sampler GREEDY = Logits::argMax;

  /**
   * @param logits by token id; not changed
   * @return the id picked
   */
  int sample(float[] logits);
}
