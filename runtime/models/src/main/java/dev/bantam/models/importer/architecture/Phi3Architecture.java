package dev.bantam.models.importer.architecture;

import dev.bantam.models.ModelException;

/**
 * Phi-3 and Phi-4 Mini (arXiv 2404.14219): Llama's blocks with queries, keys and values in one
 * matrix, gate and up in another, a window in some models, and LongRoPE (arXiv 2402.13753) in those
 * with a long context: two sets of rotary frequencies, of which the sequence's length chooses one
 * for all positions.
 */
final class Phi3Architecture implements Architecture {

  private static final String SHORT_CONTEXT = "rope.scaling.original_context_length";

  @Override
  public String name() {
    return "phi3";
  }

  @Override
  public DecoderShape shape(Hyperparameters keys) throws ModelException {
    DecoderShape shape = keys.shape(Hyperparameters.RMS_EPSILON);
    int shortContext = keys.whole(SHORT_CONTEXT, 0, Integer.MAX_VALUE);
    return shortContext > 0 && shortContext < shape.contextLength()
        ? shape.withShortContext(shortContext)
        : shape;
  }

  @Override
  public void build(DecoderShape shape, Hyperparameters keys, DecoderBlocks blocks)
      throws ModelException {
    Rotary rotary =
        keys.rotary(shape, PairLayout.HALVES)
            .withMagnitude(keys.real("rope.scaling.attn_factor", 1));
    AttentionSettings attention =
        AttentionSettings.of(shape).withRotary(rotary).withWindow(keys.window(0));
    GatedDecoder.build(shape, attention, blocks::fusedGatedMlp, blocks);
  }
}
