package dev.bantam.models.importer.architecture;

import java.util.Optional;

/**
 * The sizes of a decoder-only model.
 *
 * @param layers transformer blocks
 * @param hiddenSize elements of one position's hidden state
 * @param feedForwardSize elements between the two halves of the MLP
 * @param heads query heads a layer
 * @param kvHeads key and value heads a layer; divides {@code heads}
 * @param headSize elements of one head
 * @param vocabSize tokens
 * @param contextLength positions that the graph's tables cover
 * @param epsilon added to the mean square or variance in norms
 * @param shortContext up to which length of the sequence the first of two sets of rotary tables
 *     serves; empty where there is one set
 */
public record DecoderShape(
    int layers,
    int hiddenSize,
    int feedForwardSize,
    int heads,
    int kvHeads,
    int headSize,
    int vocabSize,
    int contextLength,
    float epsilon,
    Optional<Integer> shortContext) {

  DecoderShape withShortContext(int tokens) {
    return new DecoderShape(
        layers,
        hiddenSize,
        feedForwardSize,
        heads,
        kvHeads,
        headSize,
        vocabSize,
        contextLength,
        epsilon,
        Optional.of(tokens));
  }

  /** Elements of all query heads. */
  public int queryWidth() {
    return heads * headSize;
  }

  /** Elements of all key heads, or all value heads. */
  public int kvWidth() {
    return kvHeads * headSize;
  }
}
