package dev.bantam.models.importer.encoder;

import dev.bantam.format.EncoderConfig.Head;
import dev.bantam.models.ModelException;

/** One family of encoders. */
interface EncoderArchitecture {

  /** As {@link dev.bantam.format.EncoderConfig#architecture} names it. */
  String name();

  /** Builds the graph, from token ids to hidden states or logits. */
  void build(EncoderShape shape, Head head, EncoderBlocks blocks) throws ModelException;
}
