package dev.bantam.inference.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.bantam.format.DecoderConfig;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The keys and values of one sequence, in place: each buffer, {@code [1, kv_heads, capacity,
 * head_size]}, is given to the graph both as past input and as present output. The capacity grows
 * in steps, so that a short request takes little memory; growth copies tensor by tensor and frees
 * each old one at once, so that it never needs twice the memory.
 *
 * <p>Not thread-safe.
 */
final class KvCache implements AutoCloseable {

  static final List<String> PARTS = List.of("key", "value");

  /** Positions by which the capacity grows. */
  static final int STEP = 256;

  private final OrtEnvironment environment;
  private final DecoderConfig config;
  private final int limit;
  private final Map<String, OnnxTensor> inputs;
  private final Map<String, OnnxValue> outputs;
  private final List<Part> parts = new ArrayList<>();
  private int capacity;

  /**
   * @param limit positions that the capacity never exceeds
   * @param inputs run inputs, into which the cache puts its tensors
   * @param outputs pinned run outputs, into which the cache puts its tensors
   */
  KvCache(
      OrtEnvironment environment,
      DecoderConfig config,
      int limit,
      Map<String, OnnxTensor> inputs,
      Map<String, OnnxValue> outputs) {
    this.environment = environment;
    this.config = config;
    this.limit = limit;
    this.inputs = inputs;
    this.outputs = outputs;
    for (int layer = 0; layer < config.layers(); layer++) {
      for (String part : PARTS) {
        parts.add(new Part(pastName(layer, part), presentName(layer, part)));
      }
    }
  }

  static String pastName(int layer, String part) {
    return "past_key_values." + layer + "." + part;
  }

  static String presentName(int layer, String part) {
    return "present." + layer + "." + part;
  }

  int capacity() {
    return capacity;
  }

  /** Positions that a cache can hold at most: the model's limit, and 2 GiB a buffer. */
  static int mostPositions(DecoderConfig config) {
    long bytesEach = (long) config.kvHeads() * config.headSize() * Float.BYTES;
    return (int) Math.min(config.contextLength(), Integer.MAX_VALUE / bytesEach);
  }

  /**
   * Makes room for {@code positions} and keeps the first {@code used} of them.
   *
   * @throws OutOfMemoryError if the memory cannot be had; what is cached stays usable
   */
  void ensure(int positions, int used) throws OrtException {
    if (positions <= capacity) {
      return;
    }
    int wanted = (int) Math.min(limit, (positions + STEP - 1L) / STEP * STEP);
    for (Part part : parts) {
      part.grow(wanted, used);
    }
    capacity = wanted;
  }

  @Override
  public void close() {
    parts.forEach(Part::close);
    capacity = 0;
  }

  /** Keys or values of one layer. */
  private final class Part {
    private final String pastName;
    private final String presentName;
    private int positions;
    private @Nullable NativeBuffer buffer;
    private @Nullable OnnxTensor tensor;

    Part(String pastName, String presentName) {
      this.pastName = pastName;
      this.presentName = presentName;
    }

    void grow(int wanted, int used) throws OrtException {
      if (positions == wanted) {
        return;
      }
      long heads = config.kvHeads();
      long head = config.headSize();
      NativeBuffer larger = NativeBuffer.ofFloats(heads * wanted * head);
      OnnxTensor view;
      try {
        copy(larger.floats(), wanted, used);
        view =
            OnnxTensor.createTensor(
                environment, larger.floats(), new long[] {1, heads, wanted, head});
      } catch (OrtException | RuntimeException e) {
        larger.close();
        throw e;
      }
      close();
      buffer = larger;
      tensor = view;
      positions = wanted;
      inputs.put(pastName, view);
      outputs.put(presentName, view);
    }

    private void copy(FloatBuffer target, int wanted, int used) {
      if (buffer == null || used == 0) {
        return;
      }
      FloatBuffer source = buffer.floats();
      int head = config.headSize();
      for (int h = 0; h < config.kvHeads(); h++) {
        target.put(h * wanted * head, source, h * positions * head, used * head);
      }
    }

    void close() {
      if (tensor != null) {
        tensor.close();
        tensor = null;
      }
      if (buffer != null) {
        buffer.close();
        buffer = null;
      }
      positions = 0;
      inputs.remove(pastName);
      outputs.remove(presentName);
    }
  }
}
