package dev.bantam.models.importer.architecture;

import dev.bantam.models.ModelException;

/**
 * Qwen 3 (arXiv 2505.09388), its dense models: Llama's blocks, with norms of each head of queries
 * and keys and a head size of its own.
 */
final class Qwen3Architecture implements Architecture {

  @Override
  public String name() {
    return "qwen3";
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
            .withRotary(keys.rotary(shape, PairLayout.HALVES))
            .withHeadNorms();
    GatedDecoder.build(shape, attention, blocks);
  }
}
