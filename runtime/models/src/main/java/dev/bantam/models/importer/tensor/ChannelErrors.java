package dev.bantam.models.importer.tensor;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * How far tensors that were quantized row by row are from their source: the norm of the difference
 * as part of the norm. For one thread.
 */
public final class ChannelErrors {

  private final Map<String, Double> byTensor = new HashMap<>();

  /**
   * @param difference sum of squares
   * @param all sum of the source's squares
   */
  void put(String tensor, double difference, double all) {
    byTensor.put(tensor, all == 0 ? 0 : Math.sqrt(difference / all));
  }

  /** Whether a tensor was quantized so. */
  public boolean has(String tensor) {
    return byTensor.containsKey(tensor);
  }

  /** Of a tensor that {@linkplain #has is there}. */
  public double relativeError(String tensor) {
    return Objects.requireNonNull(byTensor.get(tensor), tensor);
  }
}
