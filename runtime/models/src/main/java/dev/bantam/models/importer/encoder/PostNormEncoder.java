package dev.bantam.models.importer.encoder;

import dev.bantam.format.EncoderConfig.Head;
import dev.bantam.models.ModelException;

/** Encoders whose norms follow attention and MLP, as BERT's do. */
abstract class PostNormEncoder implements EncoderArchitecture {

  private final String name;
  private final Squash squash;

  /**
   * @param squash what a head over whole texts has between its layers
   */
  PostNormEncoder(String name, Squash squash) {
    this.name = name;
    this.squash = squash;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void build(EncoderShape shape, Head head, EncoderBlocks blocks) throws ModelException {
    String x = blocks.embedding();
    for (int layer = 0; layer < shape.layers(); layer++) {
      String prefix = "blk." + layer + ".";
      x = blocks.norm(blocks.attention(x, prefix), x, prefix + "attn_output");
      x = blocks.norm(blocks.mlp(x, prefix), x, prefix + "ffn_down", prefix + "layer_output_norm");
    }
    switch (head) {
      case NONE -> blocks.hiddenStates(x);
      case SEQUENCE -> blocks.textLogits(blocks.firstToken(x, "pooler", squash));
      case TOKENS -> blocks.tokenLogits(x);
      case SPAN -> blocks.spanLogits(x);
    }
  }
}
