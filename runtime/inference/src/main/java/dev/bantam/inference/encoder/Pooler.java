package dev.bantam.inference.encoder;

import dev.bantam.format.EncoderConfig.Pooling;
import java.nio.FloatBuffer;

/**
 * Hidden states of a text to its embedding, as sentence-transformers does.
 *
 * @param pooling which hidden states count
 * @param size elements of one hidden state
 * @param normalize whether embeddings are scaled to length 1
 */
record Pooler(Pooling pooling, int size, boolean normalize) {

  /** Shorter vectors have no direction. As in sentence-transformers. */
  private static final double SHORTEST = 1e-12;

  /**
   * @param states hidden states of a batch, {@code [batch, sequence, size]}
   * @param row the place of the text's first state, in elements
   * @param tokens states of the text that are no padding
   */
  float[] pool(FloatBuffer states, int row, int tokens) {
    float[] pooled = new float[size];
    switch (pooling) {
      case CLS -> states.get(row, pooled);
      case LAST -> states.get(row + (tokens - 1) * size, pooled);
      case MEAN, NONE -> mean(states, row, tokens, pooled);
    }
    if (normalize) {
      normalize(pooled);
    }
    return pooled;
  }

  private void mean(FloatBuffer states, int row, int tokens, float[] mean) {
    float[] state = new float[size];
    for (int token = 0; token < tokens; token++) {
      states.get(row + token * size, state);
      for (int i = 0; i < size; i++) {
        mean[i] += state[i];
      }
    }
    for (int i = 0; i < size; i++) {
      mean[i] /= tokens;
    }
  }

  private static void normalize(float[] vector) {
    double sum = 0;
    for (float value : vector) {
      sum += (double) value * value;
    }
    double length = Math.max(Math.sqrt(sum), SHORTEST);
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) (vector[i] / length);
    }
  }
}
