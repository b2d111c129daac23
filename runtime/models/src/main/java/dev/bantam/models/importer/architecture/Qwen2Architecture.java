package dev.bantam.models.importer.architecture;

import dev.bantam.models.ModelException;

/**
 * Qwen 2 and 2.5 (arXiv 2407.10671, 2412.15115): Llama's blocks, with biases on queries, keys and
 * values.
 */
final class Qwen2Architecture implements Architecture {

  @Override
  public String name() {
    return "qwen2";
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
    GatedDecoder.build(shape, attention, blocks);
  }
}
