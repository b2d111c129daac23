package dev.bantam.models.importer.architecture;

import dev.bantam.models.ModelException;
import dev.bantam.models.gguf.GgufMetadata;

/** One family of decoder-only models. */
public interface Architecture {

  /** As GGUF's {@code general.architecture} names it. */
  String name();

  /**
   * Reads the family's hyper-parameters.
   *
   * @throws ModelException {@code MALFORMED} if they are missing or contradict each other, {@code
   *     UNSUPPORTED} if they ask for what this family's class does not build
   */
  DecoderShape shape(GgufMetadata metadata) throws ModelException;

  /** Builds the graph, from token ids to logits. */
  void build(DecoderShape shape, DecoderBlocks blocks) throws ModelException;
}
