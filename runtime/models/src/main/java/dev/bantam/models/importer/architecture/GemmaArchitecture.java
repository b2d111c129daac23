package dev.bantam.models.importer.architecture;

import dev.bantam.models.ModelException;

/**
 * Gemma (arXiv 2403.08295): Llama's blocks with a GeGLU MLP and a scaled embedding, which is the
 * head too. llama.cpp's converter has added the 1 to the weights of norms that this family adds.
 */
final class GemmaArchitecture implements Architecture {

  @Override
  public String name() {
    return "gemma";
  }

  @Override
  public DecoderShape shape(Hyperparameters keys) throws ModelException {
    return keys.shape(Hyperparameters.RMS_EPSILON);
  }

  @Override
  public void build(DecoderShape shape, Hyperparameters keys, DecoderBlocks blocks)
      throws ModelException {
    AttentionSettings attention =
        AttentionSettings.of(shape).withRotary(keys.rotary(shape, PairLayout.HALVES));
    ResidualStream stream = blocks.embedding("token_embd.weight");
    blocks.scale(stream, Math.sqrt(shape.hiddenSize()));
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
      stream.add(blocks.gatedMlp(x, prefix, Activation.GELU_TANH));
    }
    blocks.head(blocks.rmsNorm(stream, "output_norm.weight"), "output.weight", "token_embd.weight");
  }
}
