package dev.bantam.models.importer.architecture;

import dev.bantam.models.ModelException;
import dev.bantam.models.importer.tensor.SourceTensors;
import dev.bantam.models.importer.tensor.WeightPart;
import java.util.Arrays;
import java.util.Optional;

/**
 * The cosines and sines by which queries and keys are turned, {@code [positions, dimensions / 2]}.
 * With LongRoPE the rows of the short factors come first, as many as they serve, and those of the
 * long factors after them.
 */
final class RotaryTables {

  /**
   * One divisor for each pair of a head: Llama 3's long-context scaling, computed at conversion.
   */
  private static final String DIVISORS = "rope_freqs.weight";

  private static final String SHORT = "rope_factors_short.weight";
  private static final String LONG = "rope_factors_long.weight";

  private final Rotary rotary;
  private final int contextLength;
  private final SourceTensors tensors;

  RotaryTables(Rotary rotary, int contextLength, SourceTensors tensors) {
    this.rotary = rotary;
    this.contextLength = contextLength;
    this.tensors = tensors;
  }

  /**
   * One table.
   *
   * @param function {@code cos} or {@code sin}
   */
  WeightPart table(String function) throws ModelException {
    Optional<double[]> shorter = frequencies(SHORT);
    Optional<double[]> longer = frequencies(LONG);
    double[] plain = frequencies(DIVISORS).orElseGet(() -> frequencies(ones()));
    int switchAt = rotary.shortContext().orElse(0);
    double[] first = shorter.orElse(plain);
    double[] second = rotary.shortContext().isEmpty() ? first : longer.orElse(plain);
    boolean cosine = function.equals("cos");
    return WeightPart.Computed.floats(
        rotary.name() + "." + function,
        switchAt + contextLength,
        rotary.dimensions() / 2,
        (row, values) -> {
          boolean isShort = row < switchAt;
          fill(cosine, isShort ? row : row - switchAt, isShort ? first : second, values);
        });
  }

  private void fill(boolean cosine, int position, double[] frequencies, float[] values) {
    for (int i = 0; i < values.length; i++) {
      double angle = position * frequencies[i];
      values[i] = (float) (rotary.magnitude() * (cosine ? Math.cos(angle) : Math.sin(angle)));
    }
  }

  private Optional<double[]> frequencies(String divisors) throws ModelException {
    return tensors.floatsIfPresent(divisors, rotary.dimensions() / 2).map(this::frequencies);
  }

  private double[] frequencies(float[] divisors) {
    double[] frequencies = new double[divisors.length];
    for (int i = 0; i < frequencies.length; i++) {
      double frequency = Math.pow(rotary.base(), -2.0 * i / rotary.dimensions());
      frequencies[i] = frequency / rotary.factor() / divisors[i];
    }
    return frequencies;
  }

  private float[] ones() {
    float[] ones = new float[rotary.dimensions() / 2];
    Arrays.fill(ones, 1);
    return ones;
  }
}
