package dev.bantam.models.importer.architecture;

import dev.bantam.models.ModelException;

/**
 * Gemma 2 (arXiv 2408.00118): every other layer sees a window, attention and logits are bounded,
 * and each branch is normalized twice.
 *
 * <p>llama.cpp's files lack the number that queries are scaled by; it follows from the model's
 * size, and {@code attention.scale} names it where a source knows it.
 */
final class Gemma2Architecture implements Architecture {

  /** Only the 27B model, of so many layers, scales by the hidden size a head. */
  private static final int LAYERS_27B = 46;

  @Override
  public String name() {
    return "gemma2";
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
    AttentionSettings global =
        AttentionSettings.of(shape)
            .withRotary(keys.rotary(shape, PairLayout.HALVES))
            .withScale(keys.real("attention.scale", 1 / Math.sqrt(scaled)))
            .withSoftCap(keys.real("attn_logit_softcapping", 50));
    AttentionSettings local = global.withWindow(keys.window(4096));
    int period = keys.windowPeriod(2);
    NormedBranchDecoder.build(
        shape,
        layer -> layer % period < period - 1 ? local : global,
        keys.real("final_logit_softcapping", 30),
        blocks);
  }
}
