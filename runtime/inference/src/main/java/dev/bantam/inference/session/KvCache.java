package dev.bantam.inference.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.bantam.format.DecoderConfig;
import java.util.List;
import java.util.Map;

/**
 * The keys and values of one sequence, by layer. Each run of the graph reads those of the positions
 * before it and writes its own. Rewinding is running with a smaller past.
 *
 * <p>Not thread-safe.
 */
sealed interface KvCache extends AutoCloseable permits SharedKvCache, GrownKvCache {

  List<String> PARTS = List.of("key", "value");

  /** Positions by which the capacity grows. */
  int STEP = 256;

  /**
   * @param limit positions that the capacity never exceeds
   * @param inputs run inputs, into which the cache puts its tensors
   * @param outputs pinned run outputs, into which the cache puts its tensors
   */
  static KvCache of(
      OrtEnvironment environment,
      DecoderConfig config,
      GraphLayout layout,
      int limit,
      Map<String, OnnxTensor> inputs,
      Map<String, OnnxValue> outputs) {
    return layout.sharedCache()
        ? new SharedKvCache(environment, config, layout, limit, inputs, outputs)
        : new GrownKvCache(environment, config, layout, limit, inputs, outputs);
  }

  /**
   * Makes room for {@code positions} and keeps the first {@code used} of them.
   *
   * @throws OutOfMemoryError if the memory cannot be had; what is cached stays usable
   */
  void ensure(int positions, int used) throws OrtException;

  /**
   * Sets up a run over {@code count} positions after the first {@code past}; all later ones are
   * forgotten. There is room for them.
   *
   * @throws OutOfMemoryError if the memory cannot be had; what is cached stays usable
   */
  void bind(int past, int count) throws OrtException;

  /** The run that was set up has succeeded. */
  void ran();

  @Override
  void close();

  static String pastName(int layer, String part) {
    return "past_key_values." + layer + "." + part;
  }

  static String presentName(int layer, String part) {
    return "present." + layer + "." + part;
  }

  /** Positions that a cache can hold at most: the model's limit, and 2 GiB a buffer. */
  static int mostPositions(DecoderConfig config) {
    long bytesEach = (long) config.kvHeads() * config.headSize() * Float.BYTES;
    return (int) Math.min(config.contextLength(), Integer.MAX_VALUE / bytesEach);
  }

  /** The capacity to give to so many positions. */
  static int roundedUp(int positions, int limit) {
    return (int) Math.min(limit, (positions + STEP - 1L) / STEP * STEP);
  }
}
