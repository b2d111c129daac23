package dev.bantam.models.importer.architecture;

import java.util.Optional;

/**
 * What distinguishes one layer's attention from another's.
 *
 * @param rotary how positions turn queries and keys; empty if positions are added to the embedding
 * @param scale of the products of queries and keys
 * @param window positions that a query sees, its own included; 0 for all
 * @param softCap {@code softCap * tanh(x / softCap)} bounds the scaled products; 0 for no bound
 * @param headNorms whether each head of queries and keys is normalized before it is rotated
 */
record AttentionSettings(
    Optional<Rotary> rotary, double scale, int window, double softCap, boolean headNorms) {

  /** All positions, scaled by the root of the head's size (Vaswani et al., arXiv 1706.03762). */
  static AttentionSettings of(DecoderShape shape) {
    return new AttentionSettings(Optional.empty(), 1 / Math.sqrt(shape.headSize()), 0, 0, false);
  }

  AttentionSettings withRotary(Rotary newRotary) {
    return new AttentionSettings(Optional.of(newRotary), scale, window, softCap, headNorms);
  }

  AttentionSettings withScale(double newScale) {
    return new AttentionSettings(rotary, newScale, window, softCap, headNorms);
  }

  AttentionSettings withWindow(int newWindow) {
    return new AttentionSettings(rotary, scale, newWindow, softCap, headNorms);
  }

  AttentionSettings withSoftCap(double newSoftCap) {
    return new AttentionSettings(rotary, scale, window, newSoftCap, headNorms);
  }

  AttentionSettings withHeadNorms() {
    return new AttentionSettings(rotary, scale, window, softCap, true);
  }
}
