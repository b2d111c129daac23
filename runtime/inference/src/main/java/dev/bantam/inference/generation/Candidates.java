package dev.bantam.inference.generation;

import java.util.Arrays;

/**
 * The tokens that may still be picked, with weights in proportion to their probabilities; the
 * highest weight is 1. One instance is reused from token to token.
 */
final class Candidates {

  private final int[] ids;

  /** By token id. */
  private final double[] weights;

  private float[] logits = new float[0];
  private int size;

  Candidates(int vocab) {
    ids = new int[vocab];
    weights = new double[vocab];
  }

  /** Starts again with all tokens, {@code weight = exp((logit - highest) / temperature)}. */
  void reset(float[] logits, double temperature) {
    this.logits = logits;
    double highest = logits[Logits.argMax(logits)];
    size = logits.length;
    for (int id = 0; id < size; id++) {
      ids[id] = id;
      weights[id] = Math.exp((logits[id] - highest) / temperature);
    }
  }

  int size() {
    return size;
  }

  int id(int index) {
    return ids[index];
  }

  double weight(int index) {
    return weights[ids[index]];
  }

  double totalWeight() {
    double total = 0;
    for (int i = 0; i < size; i++) {
      total += weight(i);
    }
    return total;
  }

  /** Drops all with less weight. */
  void keepFrom(double weight) {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (weight(i) >= weight) {
        ids[kept++] = ids[i];
      }
    }
    size = kept;
  }

  /** Keeps the first {@code count} only. */
  void truncate(int count) {
    size = Math.min(size, count);
  }

  /** Orders by falling logit; of equal ones the lowest id comes first. */
  void sort() {
    long[] keys = new long[size];
    Arrays.setAll(keys, i -> Logits.key(logits[ids[i]], ids[i]));
    Arrays.sort(keys);
    for (int i = 0; i < size; i++) {
      ids[i] = (int) keys[i];
    }
  }
}
