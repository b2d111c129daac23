package dev.bantam.plugins.textencoding;

/** Arithmetic of embeddings and logits. */
final class Vectors {

  private static final double MICRO = 1e6;

  private Vectors() {}

  /** A vector of the same direction and length 1. */
  static float[] unit(float[] vector) {
    double length = Math.max(Math.sqrt(dot(vector, vector)), Float.MIN_NORMAL);
    float[] unit = new float[vector.length];
    for (int i = 0; i < vector.length; i++) {
      unit[i] = (float) (vector[i] / length);
    }
    return unit;
  }

  static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  /** Probabilities of a part of {@code logits} among each other. */
  static double[] softmax(float[] logits, int from, int count) {
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      most = Math.max(most, logits[from + i]);
    }
    double[] probabilities = new double[count];
    double sum = 0;
    for (int i = 0; i < count; i++) {
      probabilities[i] = Math.exp(logits[from + i] - most);
      sum += probabilities[i];
    }
    for (int i = 0; i < count; i++) {
      probabilities[i] /= sum;
    }
    return probabilities;
  }

  static double sigmoid(double logit) {
    return 1 / (1 + Math.exp(-logit));
  }

  /** A score as answers have it: six decimals. */
  static double rounded(double score) {
    return Math.round(score * MICRO) / MICRO;
  }
}
