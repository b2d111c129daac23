package dev.bantam.models.importer.architecture;

import dev.bantam.models.ModelException;

/**
 * The blocks that Llama, Qwen 2 and Qwen 3 have in common: root mean square norms before attention
 * and before a SwiGLU MLP. They differ in their attention, and in biases, which are there if their
 * tensors are.
 */
final class GatedDecoder {

  private GatedDecoder() {}

  static void build(DecoderShape shape, AttentionSettings attention, DecoderBlocks blocks)
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
      stream.add(blocks.gatedMlp(x, prefix, Activation.SILU));
    }
    blocks.head(blocks.rmsNorm(stream, "output_norm.weight"), "output.weight", "token_embd.weight");
  }
}
