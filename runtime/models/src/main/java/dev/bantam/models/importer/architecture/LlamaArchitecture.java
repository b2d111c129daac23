package dev.bantam.models.importer.architecture;

import dev.bantam.models.ModelException;

/**
 * Llama and what is built like it: SmolLM, TinyLlama, Mistral and others. Pre-norm blocks of
 * grouped-query attention with rotary positions, and a gated MLP. Mistral's window holds for all
 * layers if the file names it.
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
  public DecoderShape shape(Hyperparameters keys) throws ModelException {
    return keys.shape(Hyperparameters.RMS_EPSILON);
  }

  @Override
  public void build(DecoderShape shape, Hyperparameters keys, DecoderBlocks blocks)
      throws ModelException {
    AttentionSettings attention =
        AttentionSettings.of(shape)
            .withRotary(keys.rotary(shape, blocks.llamaPairs()))
            .withWindow(keys.window(0));
    GatedDecoder.build(shape, attention, blocks);
  }
}
