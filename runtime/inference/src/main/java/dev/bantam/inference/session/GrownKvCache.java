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
import org.jspecify.annotations.Nullable;

/**
 * The keys and values of one sequence for a graph that makes a new, longer cache of the one it is
 * given: {@code present} is {@code [1, kv_heads, past + new, head_size]}. Each part has two
 * buffers; what a run wrote into one is the next run's past, without a copy, and the other takes
 * the next run's output. Rewinding moves the heads that stay together, in place.
 *
 * <p>Not thread-safe.
 */
final class GrownKvCache implements KvCache {

  private final OrtEnvironment environment;
  private final GraphLayout layout;
  private final int heads;
  private final int headSize;
  private final int limit;
  private final Map<String, OnnxTensor> inputs;
  private final Map<String, OnnxValue> outputs;
  private final List<Part> parts = new ArrayList<>();
  private int expected;

  /** As {@link KvCache#of}. */
  GrownKvCache(
      OrtEnvironment environment,
      DecoderConfig config,
      GraphLayout layout,
      int limit,
      Map<String, OnnxTensor> inputs,
      Map<String, OnnxValue> outputs) {
    this.environment = environment;
    this.layout = layout;
    this.heads = config.kvHeads();
    this.headSize = config.headSize();
    this.limit = limit;
    this.inputs = inputs;
    this.outputs = outputs;
    for (int layer = 0; layer < config.layers(); layer++) {
      for (String part : PARTS) {
        parts.add(new Part(KvCache.pastName(layer, part), KvCache.presentName(layer, part)));
      }
    }
  }

  /** Remembers the number, so that each buffer is made large enough at once. */
  @Override
  public void ensure(int positions, int used) {
    expected = positions;
  }

  @Override
  public void bind(int past, int count) throws OrtException {
    for (Part part : parts) {
      part.bind(past, count);
    }
  }

  @Override
  public void ran() {
    parts.forEach(Part::swap);
  }

  @Override
  public void close() {
    parts.forEach(Part::close);
  }

  private OnnxTensor tensor(NativeBuffer buffer, int positions) throws OrtException {
    ByteBuffer bytes = buffer.bytes().slice(0, heads * positions * headBytes());
    return OnnxTensor.createTensor(
        environment,
        bytes.order(buffer.bytes().order()),
        new long[] {1, heads, positions, headSize},
        layout.cacheType());
  }

  /** Bytes of one position in one head. */
  private int headBytes() {
    return headSize * layout.cacheType().size;
  }

  /** A buffer with a view of its first positions. */
  private final class Side {
    private int capacity;
    private int positions;
    private @Nullable NativeBuffer buffer;
    private @Nullable OnnxTensor tensor;

    /** The tensor of so many positions, whose content is undefined if that takes a new buffer. */
    OnnxTensor view(int wanted) throws OrtException {
      if (tensor != null && positions == wanted) {
        return tensor;
      }
      closeTensor();
      NativeBuffer room = room(wanted);
      OnnxTensor view = GrownKvCache.this.tensor(room, wanted);
      tensor = view;
      positions = wanted;
      return view;
    }

    private NativeBuffer room(int wanted) {
      if (buffer != null && wanted <= capacity) {
        return buffer;
      }
      close();
      int rounded = Math.max(1, KvCache.roundedUp(Math.max(wanted, expected), limit));
      NativeBuffer larger = NativeBuffer.allocate((long) heads * rounded * headBytes());
      buffer = larger;
      capacity = rounded;
      return larger;
    }

    /** Keeps the first positions of each head. */
    void cut(int left) {
      if (buffer == null || left >= positions) {
        return;
      }
      ByteBuffer bytes = buffer.bytes();
      int from = positions * headBytes();
      int to = left * headBytes();
      for (int head = 1; head < heads; head++) {
        bytes.put(head * to, bytes.duplicate(), head * from, to);
      }
      closeTensor();
      positions = left;
    }

    private void closeTensor() {
      if (tensor != null) {
        tensor.close();
        tensor = null;
      }
    }

    void close() {
      closeTensor();
      if (buffer != null) {
        buffer.close();
        buffer = null;
      }
      capacity = 0;
      positions = 0;
    }
  }

  /** Keys or values of one layer. */
  private final class Part {
    private final String pastName;
    private final String presentName;
    private Side past = new Side();
    private Side present = new Side();

    Part(String pastName, String presentName) {
      this.pastName = pastName;
      this.presentName = presentName;
    }

    void bind(int positions, int count) throws OrtException {
      past.cut(positions);
      inputs.put(pastName, past.view(positions));
      outputs.put(presentName, present.view(positions + count));
    }

    void swap() {
      Side written = present;
      present = past;
      past = written;
    }

    void close() {
      past.close();
      present.close();
      inputs.remove(pastName);
      outputs.remove(presentName);
    }
  }
}
