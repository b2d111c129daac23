package dev.bantam.models.importer.architecture;

import dev.bantam.models.ModelException;

/**
 * The blocks that Llama, Qwen 2, Qwen 3 and Phi-3 have in common: root mean square norms before
 * attention and before a SwiGLU MLP. They differ in their attention, in biases, which are there if
 * their tensors are, and in how the MLP's matrices are stored.
 */
final class GatedDecoder {

  private GatedDecoder() {}

  /** The MLP of one layer: {@link DecoderBlocks#gatedMlp} or what does the same. */
  @FunctionalInterface
  interface Mlp {
    String apply(String x, String prefix, Activation activation) throws ModelException;
  }

  static void build(DecoderShape shape, AttentionSettings attention, DecoderBlocks blocks)
      throws ModelException {
    build(shape, attention, blocks::gatedMlp, blocks);
  }

  static void build(DecoderShape shape, AttentionSettings attention, Mlp mlp, DecoderBlocks blocks)
      throws ModelException {
    ResidualStream stream = blocks.embedding("token_embd.weight");
    for (int layer = 0; layer < shape.layers(); layer++) {
      String prefix = "blk." + layer + ".";
      String x = blocks.rmsNorm(stream, prefix + "attn_norm.weight");
      String attended = blocks.attention(layer, x, prefix, attention);
      if (layer == shape.layers() - 1) {
        attended = blocks.lastRows(attended);
        blocks.keepLastRows(stream);
      }
      stream.add(blocks.attentionOutput(attended, prefix));
      x = blocks.rmsNorm(stream, prefix + "ffn_norm.weight");
      stream.add(mlp.apply(x, prefix, Activation.SILU));
    }
    blocks.head(blocks.rmsNorm(stream, "output_norm.weight"), "output.weight", "token_embd.weight");
  }
}
