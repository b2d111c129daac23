package dev.bantam.models.importer.architecture;

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
 * @param epsilon added to the mean square in norms
 * @param rotary how positions turn queries and keys
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
    Rotary rotary) {

  /**
   * Rotary position embedding (Su et al., RoFormer, arXiv 2104.09864).
   *
   * @param base of the frequencies: the pair i of a head turns by {@code base^(-2i/headSize)} a
   *     position
   * @param factor by which positions are divided (linear scaling); 1 without scaling
   */
  public record Rotary(double base, double factor) {}

  /** Elements of all query heads. */
  public int queryWidth() {
    return heads * headSize;
  }

  /** Elements of all key heads, or all value heads. */
  public int kvWidth() {
    return kvHeads * headSize;
  }
}
