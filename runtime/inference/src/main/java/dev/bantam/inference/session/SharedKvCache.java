package dev.bantam.inference.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.bantam.format.DecoderConfig;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The keys and values of one sequence, in place: each buffer, {@code [1, kv_heads, capacity,
 * head_size]}, is given to the graph both as past input and as present output. The capacity grows
 * in steps, so that a short request takes little memory; growth copies tensor by tensor and frees
 * each old one at once, so that it never needs twice the memory.
 *
 * <p>Not thread-safe.
 */
final class SharedKvCache implements KvCache {

  private final OrtEnvironment environment;
  private final DecoderConfig config;
  private final GraphLayout layout;
  private final int limit;
  private final Map<String, OnnxTensor> inputs;
  private final Map<String, OnnxValue> outputs;
  private final List<Part> parts = new ArrayList<>();
  private int capacity;

  SharedKvCache(
      OrtEnvironment environment,
      DecoderConfig config,
      GraphLayout layout,
      int limit,
      Map<String, OnnxTensor> inputs,
      Map<String, OnnxValue> outputs) {
    this.environment = environment;
    this.config = config;
    this.layout = layout;
    this.limit = limit;
    this.inputs = inputs;
    this.outputs = outputs;
    for (int layer = 0; layer < config.layers(); layer++) {
      for (String part : PARTS) {
        parts.add(new Part(KvCache.pastName(layer, part), KvCache.presentName(layer, part)));
      }
    }
  }

  @Override
  public void ensure(int positions, int used) throws OrtException {
    if (positions <= capacity) {
      return;
    }
    int wanted = layout.cacheLength().orElse(KvCache.roundedUp(positions, limit));
    for (Part part : parts) {
      part.grow(wanted, used);
    }
    capacity = wanted;
  }

  /** All is in place: the graph learns of the past by its other inputs. */
  @Override
  public void bind(int past, int count) {}

  @Override
  public void ran() {}

  /** Positions that there is room for. */
  int capacity() {
    return capacity;
  }

  /**
   * The memory of a part, {@code [1, kv_heads, capacity, head_size]}; layers in order, keys first.
   */
  ByteBuffer bytes(int part) {
    return Objects.requireNonNull(parts.get(part).buffer).bytes();
  }

  /** Copies keys and values of some positions out, {@code [part, kv_heads, count, head_size]}. */
  void copy(int from, int count, ByteBuffer target) {
    int head = config.headSize() * layout.cacheType().size;
    int at = 0;
    for (int part = 0; part < parts.size(); part++) {
      ByteBuffer source = bytes(part);
      for (int h = 0; h < config.kvHeads(); h++) {
        target.put(at, source, (h * capacity + from) * head, count * head);
        at += count * head;
      }
    }
  }

  /** Copies in what {@link #copy} has copied out; there is room for it. */
  void put(int to, int count, ByteBuffer source) {
    int head = config.headSize() * layout.cacheType().size;
    int at = 0;
    for (int part = 0; part < parts.size(); part++) {
      ByteBuffer target = bytes(part);
      for (int h = 0; h < config.kvHeads(); h++) {
        target.put((h * capacity + to) * head, source, at, count * head);
        at += count * head;
      }
    }
  }

  /** Puts the same bytes into all positions, over and over. */
  void fill(byte[] pattern) {
    for (int part = 0; part < parts.size(); part++) {
      ByteBuffer target = bytes(part);
      while (target.hasRemaining()) {
        target.put(pattern, 0, Math.min(pattern.length, target.remaining()));
      }
    }
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
      NativeBuffer larger = NativeBuffer.allocate(heads * wanted * head * layout.cacheType().size);
      OnnxTensor view;
      try {
        copy(larger.bytes(), wanted, used);
        view =
            OnnxTensor.createTensor(
                environment,
                larger.bytes(),
                new long[] {1, heads, wanted, head},
                layout.cacheType());
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

    private void copy(ByteBuffer target, int wanted, int used) {
      if (buffer == null || used == 0) {
        return;
      }
      ByteBuffer source = buffer.bytes();
      int head = config.headSize() * layout.cacheType().size;
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
