package dev.bantam.models.importer.architecture;

import dev.bantam.models.ModelException;
import dev.bantam.models.importer.tensor.SourceTensors;
import dev.bantam.models.importer.tensor.WeightPart;
import java.util.Arrays;

/** The cosines and sines by which queries and keys are turned. */
final class RotaryTables {

  /**
   * One divisor for each pair of a head: Llama 3's long-context scaling, computed at conversion.
   */
  private static final String DIVISORS = "rope_freqs.weight";

  private RotaryTables() {}

  /**
   * One table, {@code [context_length, head_size / 2]}.
   *
   * @param function {@code cos} or {@code sin}
   */
  static WeightPart table(String function, DecoderShape shape, SourceTensors tensors)
      throws ModelException {
    int pairs = shape.headSize() / 2;
    double[] frequencies = new double[pairs];
    float[] divisors = tensors.floatsIfPresent(DIVISORS, pairs).orElse(ones(pairs));
    for (int i = 0; i < pairs; i++) {
      double frequency = Math.pow(shape.rotary().base(), -2.0 * i / shape.headSize());
      frequencies[i] = frequency / shape.rotary().factor() / divisors[i];
    }
    boolean cosine = function.equals("cos");
    return WeightPart.Computed.floats(
        "rotary." + function,
        shape.contextLength(),
        pairs,
        (position, row) -> {
          for (int i = 0; i < pairs; i++) {
            double angle = position * frequencies[i];
            row[i] = (float) (cosine ? Math.cos(angle) : Math.sin(angle));
          }
        });
  }

  private static float[] ones(int count) {
    float[] ones = new float[count];
    Arrays.fill(ones, 1);
    return ones;
  }
}
