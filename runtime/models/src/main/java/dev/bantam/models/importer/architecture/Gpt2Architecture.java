package dev.bantam.models.importer.architecture;

import dev.bantam.models.ModelException;

/**
 * GPT-2 (Radford et al., "Language Models are Unsupervised Multitask Learners", 2019): learned
 * positions, layer norms, a plain MLP, biases everywhere.
 */
final class Gpt2Architecture implements Architecture {

  @Override
  public String name() {
    return "gpt2";
  }

  @Override
  public DecoderShape shape(Hyperparameters keys) throws ModelException {
    return keys.shape(Hyperparameters.LAYER_EPSILON);
  }

  @Override
  public void build(DecoderShape shape, Hyperparameters keys, DecoderBlocks blocks)
      throws ModelException {
    AttentionSettings attention = AttentionSettings.of(shape);
    ResidualStream stream = blocks.embedding("token_embd.weight");
    stream.add(blocks.positions("position_embd.weight"));
    for (int layer = 0; layer < shape.layers(); layer++) {
      String prefix = "blk." + layer + ".";
      String x = blocks.layerNorm(stream, prefix + "attn_norm");
      String attended = blocks.attention(layer, x, prefix, attention);
      if (layer == shape.layers() - 1) {
        attended = blocks.lastRows(attended);
        blocks.keepLastRows(stream);
      }
      stream.add(blocks.attentionOutput(attended, prefix));
      x = blocks.layerNorm(stream, prefix + "ffn_norm");
      stream.add(blocks.plainMlp(x, prefix, Activation.GELU_TANH));
    }
    blocks.head(blocks.layerNorm(stream, "output_norm"), "output.weight", "token_embd.weight");
  }
}
