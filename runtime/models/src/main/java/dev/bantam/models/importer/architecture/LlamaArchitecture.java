package dev.bantam.models.importer.architecture;

import dev.bantam.models.ModelException;
import dev.bantam.models.gguf.GgufMetadata;

/**
 * Llama and what is built like it: SmolLM, TinyLlama, Mistral and others. Pre-norm blocks of
 * grouped-query attention with rotary positions, and a gated MLP.
 *
 * <p>Touvron et al., arXiv 2302.13971 and 2307.09288. llama.cpp's converter stores the rows of Q
 * and K of this family so that the two elements of a rotated pair are neighbours; elsewhere they
 * are half a head apart.
 */
final class LlamaArchitecture implements Architecture {

  @Override
  public String name() {
    return "llama";
  }

  @Override
  public DecoderShape shape(GgufMetadata metadata) throws ModelException {
    return new Hyperparameters(metadata, name()).shape();
  }

  @Override
  public void build(DecoderShape shape, DecoderBlocks blocks) throws ModelException {
    ResidualStream stream = blocks.embedding("token_embd.weight");
    for (int layer = 0; layer < shape.layers(); layer++) {
      String prefix = "blk." + layer + ".";
      String attended =
          blocks.attention(
              layer,
              blocks.rmsNorm(stream, prefix + "attn_norm.weight"),
              prefix,
              blocks.llamaPairs());
      if (layer == shape.layers() - 1) {
        attended = blocks.lastRows(attended);
        blocks.keepLastRows(stream);
      }
      stream.add(
          blocks.linear(attended, shape.queryWidth(), shape.hiddenSize(), prefix + "attn_output"));
      stream.add(blocks.gatedMlp(blocks.rmsNorm(stream, prefix + "ffn_norm.weight"), prefix));
    }
    blocks.head(blocks.rmsNorm(stream, "output_norm.weight"), "output.weight", "token_embd.weight");
  }
}
