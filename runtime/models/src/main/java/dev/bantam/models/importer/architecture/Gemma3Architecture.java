package dev.bantam.models.importer.architecture;

import dev.bantam.models.ModelException;

/**
 * Gemma 3 (arXiv 2503.19786), its text models: five layers with a window and a rotary base of their
 * own for each one that sees all positions, and norms of each head of queries and keys.
 *
 * <p>For {@code attention.scale} see {@link Gemma2Architecture}.
 */
final class Gemma3Architecture implements Architecture {

  /** Only the 27B model, of so many layers, scales by the hidden size a head. */
  private static final int LAYERS_27B = 62;

  @Override
  public String name() {
    return "gemma3";
  }

  @Override
  public DecoderShape shape(Hyperparameters keys) throws ModelException {
    return keys.shape(Hyperparameters.RMS_EPSILON);
  }

  @Override
  public void build(DecoderShape shape, Hyperparameters keys, DecoderBlocks blocks)
      throws ModelException {
    int scaled =
        shape.layers() == LAYERS_27B ? shape.hiddenSize() / shape.heads() : shape.headSize();
    Rotary rotary = keys.rotary(shape, PairLayout.HALVES);
    AttentionSettings global =
        AttentionSettings.of(shape)
            .withRotary(rotary)
            .withScale(keys.real("attention.scale", 1 / Math.sqrt(scaled)))
            .withHeadNorms();
    int window = keys.window(0);
    AttentionSettings local =
        global.withRotary(rotary.local(keys.base("rope.freq_base_swa", 10000))).withWindow(window);
    int period = keys.windowPeriod(6);
    NormedBranchDecoder.build(
        shape,
        layer -> window > 0 && layer % period < period - 1 ? local : global,
        keys.real("final_logit_softcapping", 0),
        blocks);
  }
}
