package dev.bantam.models.importer.quantize;

/**
 * Fits a scale to floats, {@code w = scale * (q - zero)}, so that the sum of squared errors is
 * small. For given quanta the best scale is {@code sum(w q') / sum(q' q')} with {@code q' = q -
 * zero} (least squares), and leaves {@code sum(w w) - sum(w q')^2 / sum(q' q')}; quanta are tried
 * for several widths of the range, from one that cuts the largest weight off to one that leaves
 * room. One thread.
 */
final class BlockFit {

  /** Where the largest weight comes to lie, in steps of 4-bit quanta, which end at 8. */
  private static final float[] SYMMETRIC_ENDS = {8f, 7.4f, 7f, 7.7f, 8.4f, 8.8f, 9.3f, 9.9f};

  /** Widths of the range between the smallest and the largest weight, as parts of 15 steps. */
  private static final float[] ZERO_POINT_WIDTHS = {15f, 14.4f, 15.5f, 16f, 16.5f, 17f};

  private final int low;
  private final int high;
  private final float[] weights;
  private float scale;
  private int zero;
  private float bestGain;

  /**
   * @param bits of a quantum, 4 or 8
   * @param group weights that share a scale
   */
  BlockFit(int bits, int group) {
    this.low = -(1 << bits - 1);
    this.high = -low - 1;
    this.weights = new float[group];
  }

  float scale() {
    return scale;
  }

  /** Unsigned: half of the range after {@link #symmetric} and {@link #bytes}. */
  int zero() {
    return zero;
  }

  /** Takes the weights to fit from {@code from} on. */
  void load(float[] source, int from) {
    System.arraycopy(source, from, weights, 0, weights.length);
  }

  /** Fits 8 bits, where the largest weight may as well stay in the range. */
  void bytes() {
    begin(-low);
    float largest = largest();
    if (largest != 0) {
      gain(high / Math.abs(largest), low, high);
    }
  }

  /** Fits 4 bits with zero in the middle; the largest weight takes the longer half. */
  void symmetric() {
    begin(-low);
    float largest = largest();
    if (largest != 0) {
      for (float end : SYMMETRIC_ENDS) {
        gain(-end / largest, low, high);
      }
      refine(low, high);
    }
  }

  /** Fits 4 bits with a zero point from 0 to 15. */
  void withZero() {
    begin(-low);
    float smallest = 0;
    float largest = 0;
    for (float weight : weights) {
      smallest = Math.min(smallest, weight);
      largest = Math.max(largest, weight);
    }
    float range = largest - smallest;
    if (range == 0) {
      return;
    }
    int last = high - low;
    int bestZero = zero;
    for (float width : ZERO_POINT_WIDTHS) {
      float inverse = width / range;
      int middle = Math.round((last - width) / 2 - smallest * inverse);
      for (int candidate = middle - 1; candidate <= middle + 1; candidate++) {
        int clamped = Math.max(0, Math.min(last, candidate));
        if (gain(inverse, -clamped, last - clamped)) {
          bestZero = clamped;
        }
      }
    }
    zero = bestZero;
    refine(-zero, last - zero);
  }

  /** Uses a scale and zero that were fitted before. */
  void use(float knownScale, int knownZero) {
    scale = knownScale;
    zero = knownZero;
  }

  /** Unsigned quanta of the loaded weights; each the nearest one. */
  void quanta(byte[] quanta) {
    float inverse = scale == 0 ? 0 : 1 / scale;
    int last = high - low;
    for (int i = 0; i < weights.length; i++) {
      quanta[i] = (byte) Math.max(0, Math.min(last, nearest(weights[i] * inverse) + zero));
    }
  }

  /** Sum of the squares of what the quanta miss. */
  double error(byte[] quanta) {
    double error = 0;
    for (int i = 0; i < weights.length; i++) {
      double missed = weights[i] - scale * ((quanta[i] & 0xff) - zero);
      error += missed * missed;
    }
    return error;
  }

  /** Sum of the squares of the weights. */
  double power() {
    double power = 0;
    for (float weight : weights) {
      power += (double) weight * weight;
    }
    return power;
  }

  private void begin(int middle) {
    scale = 0;
    zero = middle;
    bestGain = 0;
  }

  /** The weight with the largest magnitude; not a number if one is not. */
  private float largest() {
    float largest = 0;
    for (float weight : weights) {
      if (!(Math.abs(weight) <= Math.abs(largest))) {
        largest = weight;
      }
    }
    return largest;
  }

  /** Quantizes with the scale found, and takes the best scale for those quanta. */
  private void refine(int from, int to) {
    if (scale != 0) {
      gain(1 / scale, from, to);
    }
  }

  /** Keeps the best scale for quanta made by {@code inverse}, if it beats those before. */
  private boolean gain(float inverse, int from, int to) {
    float products = 0;
    float squares = 0;
    for (float weight : weights) {
      int q = Math.max(from, Math.min(to, nearest(weight * inverse)));
      products += weight * q;
      squares += (float) (q * q);
    }
    float gain = products * products / squares;
    if (gain > bestGain || Float.isNaN(products)) {
      bestGain = gain;
      scale = products / squares;
      return true;
    }
    return false;
  }

  /** The nearest whole number, for magnitudes far below 2 to the power of 22. */
  private static int nearest(float value) {
    return (int) (value + 4096.5f) - 4096;
  }
}
