package dev.bantam.inference.session;

/** How alike two rows of logits are. */
final class Cosine {

  private Cosine() {}

  /** Of the angle between them: 1 if one is the other, longer or shorter. */
  static double of(float[] a, float[] b) {
    double product = 0;
    double squareA = 0;
    double squareB = 0;
    for (int i = 0; i < a.length; i++) {
      product += (double) a[i] * b[i];
      squareA += (double) a[i] * a[i];
      squareB += (double) b[i] * b[i];
    }
    return product / Math.sqrt(squareA * squareB);
  }
}
