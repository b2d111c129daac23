package dev.bantam.models.importer.architecture;

import dev.bantam.models.ModelException;
import java.util.function.IntFunction;

/**
 * The blocks that Gemma 2 and Gemma 3 have in common: Gemma's, with a second norm on each branch
 * before it joins the stream, and attention that differs from layer to layer.
 */
final class NormedBranchDecoder {

  private NormedBranchDecoder() {}

  /**
   * @param attention by layer
   * @param softCap of the logits; 0 for none
   */
  static void build(
      DecoderShape shape,
      IntFunction<AttentionSettings> attention,
      double softCap,
      DecoderBlocks blocks)
      throws ModelException {
    ResidualStream stream = blocks.embedding("token_embd.weight");
    blocks.scale(stream, Math.sqrt(shape.hiddenSize()));
    for (int layer = 0; layer < shape.layers(); layer++) {
      String prefix = "blk." + layer + ".";
      String x = blocks.rmsNorm(stream, prefix + "attn_norm.weight");
      String attended = blocks.attention(layer, x, prefix, attention.apply(layer));
      if (layer == shape.layers() - 1) {
        attended = blocks.lastRows(attended);
        blocks.keepLastRows(stream);
      }
      String output = blocks.attentionOutput(attended, prefix);
      stream.add(blocks.rmsNorm(output, prefix + "post_attention_norm.weight"));
      x = blocks.rmsNorm(stream, prefix + "ffn_norm.weight");
      String mlp = blocks.gatedMlp(x, prefix, Activation.GELU_TANH);
      stream.add(blocks.rmsNorm(mlp, prefix + "post_ffw_norm.weight"));
    }
    String last = blocks.rmsNorm(stream, "output_norm.weight");
    blocks.head(last, "output.weight", "token_embd.weight", softCap);
  }
}
