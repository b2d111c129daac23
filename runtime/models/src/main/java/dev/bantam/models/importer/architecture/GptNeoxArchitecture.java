package dev.bantam.models.importer.architecture;

import dev.bantam.models.ModelException;

/**
 * GPT-NeoX (Black et al., arXiv 2204.06745): Pythia, Dolly. Heads rotated in part, layer norms, a
 * plain MLP, which in most models runs beside attention instead of after it.
 */
final class GptNeoxArchitecture implements Architecture {

  @Override
  public String name() {
    return "gptneox";
  }

  @Override
  public DecoderShape shape(Hyperparameters keys) throws ModelException {
    return keys.shape(Hyperparameters.LAYER_EPSILON);
  }

  @Override
  public void build(DecoderShape shape, Hyperparameters keys, DecoderBlocks blocks)
      throws ModelException {
    boolean parallel = keys.flag("use_parallel_residual", true);
    AttentionSettings attention =
        AttentionSettings.of(shape).withRotary(keys.rotary(shape, PairLayout.HALVES));
    ResidualStream stream = blocks.embedding("token_embd.weight");
    for (int layer = 0; layer < shape.layers(); layer++) {
      String prefix = "blk." + layer + ".";
      String x = blocks.layerNorm(stream, prefix + "attn_norm");
      String attended = blocks.attention(layer, x, prefix, attention);
      if (layer == shape.layers() - 1) {
        attended = blocks.lastRows(attended);
        blocks.keepLastRows(stream);
      }
      String output = blocks.attentionOutput(attended, prefix);
      if (!parallel) {
        stream.add(output);
      }
      x = blocks.layerNorm(stream, prefix + "ffn_norm");
      String mlp = blocks.plainMlp(x, prefix, Activation.GELU);
      stream.add(parallel ? blocks.sum(output, mlp) : mlp);
    }
    blocks.head(blocks.layerNorm(stream, "output_norm"), "output.weight", "token_embd.weight");
  }
}
