package dev.bantam.models.importer.architecture;

import dev.bantam.models.ModelException;

/** One family of decoder-only models. */
public interface Architecture {

  /** As GGUF's {@code general.architecture} names it. */
  String name();

  /**
   * Reads the sizes.
   *
   * @throws ModelException {@code MALFORMED} if they are missing or contradict each other, {@code
   *     UNSUPPORTED} if they ask for what this family's class does not build
   */
  DecoderShape shape(Hyperparameters keys) throws ModelException;

  /**
   * Builds the graph, from token ids to logits.
   *
   * @param shape as {@link #shape} read it
   * @param keys for what this family alone has
   */
  void build(DecoderShape shape, Hyperparameters keys, DecoderBlocks blocks) throws ModelException;
}
