package dev.bantam.inference.generation;

/** Edits the logits of one position before a token is picked. For one generation, one thread. */
@FunctionalInterface
interface LogitsProcessor {

  /**
   * @param logits by token id, edited in place
   */
  void process(float[] logits);

  /** Told of each token that was picked. */
  default void accept(int token) {}
}
