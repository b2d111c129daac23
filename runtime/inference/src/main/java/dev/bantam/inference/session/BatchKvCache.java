package dev.bantam.inference.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.bantam.format.DecoderConfig;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The keys and values of several sequences side by side, a row each: buffers {@code [rows,
 * kv_heads, capacity, head_size]}, which a graph reads and writes in place. Memory that no position
 * was written to is reserved only, so a short row beside a long one takes little.
 *
 * <p>Not thread-safe.
 */
final class BatchKvCache implements AutoCloseable {

  private final OrtEnvironment environment;
  private final DecoderConfig config;
  private final GraphLayout layout;
  private final List<NativeBuffer> parts = new ArrayList<>();
  private int rows;
  private int capacity;

  BatchKvCache(OrtEnvironment environment, DecoderConfig config, GraphLayout layout) {
    this.environment = environment;
    this.config = config;
    this.layout = layout;
  }

  /** Rows that there is room for. */
  int rows() {
    return rows;
  }

  /** Positions that each row has room for. */
  int capacity() {
    return capacity;
  }

  /**
   * Changes the room, part by part, so that it never takes twice the memory.
   *
   * @param used positions to keep of the first rows
   * @throws OutOfMemoryError if the memory cannot be had; then nothing that is cached is of use
   */
  void refit(int newRows, int newCapacity, int[] used) {
    List<NativeBuffer> old = new ArrayList<>(parts);
    int oldCapacity = capacity;
    capacity = newCapacity;
    rows = newRows;
    for (int part = 0; part < partCount(); part++) {
      NativeBuffer fresh = NativeBuffer.allocate((long) newRows * rowBytes(newCapacity));
      if (old.isEmpty()) {
        parts.add(fresh);
        continue;
      }
      ByteBuffer from = old.get(part).bytes();
      for (int row = 0; row < used.length; row++) {
        copy(from, row * rowBytes(oldCapacity), oldCapacity, fresh.bytes(), row, used[row]);
      }
      parts.set(part, fresh);
      old.get(part).close();
    }
  }

  /** Takes over what a sequence has cached. */
  void put(int row, SharedKvCache source, int used) {
    for (int part = 0; part < parts.size(); part++) {
      copy(source.bytes(part), 0, source.capacity(), parts.get(part).bytes(), row, used);
    }
  }

  /** Gives a sequence what is cached of a row. There is room for it. */
  void take(int row, SharedKvCache target, int used) {
    int head = headBytes();
    for (int part = 0; part < parts.size(); part++) {
      ByteBuffer from = parts.get(part).bytes();
      ByteBuffer to = target.bytes(part);
      for (int h = 0; h < config.kvHeads(); h++) {
        int at = row * rowBytes(capacity) + h * capacity * head;
        to.put(h * target.capacity() * head, from, at, used * head);
      }
    }
  }

  /** Copies a row's cached positions over another's. */
  void move(int from, int to, int used) {
    for (NativeBuffer part : parts) {
      copy(part.bytes(), from * rowBytes(capacity), capacity, part.bytes(), to, used);
    }
  }

  private void copy(
      ByteBuffer from, int start, int fromCapacity, ByteBuffer to, int row, int used) {
    int head = headBytes();
    for (int h = 0; h < config.kvHeads(); h++) {
      int target = row * rowBytes(capacity) + h * capacity * head;
      to.put(target, from, start + h * fromCapacity * head, used * head);
    }
  }

  /** Tensors over the first rows, in the order of {@link SharedKvCache#PARTS} by layer. */
  List<OnnxTensor> tensors(int count, Resources owner) throws OrtException {
    long[] shape = {count, config.kvHeads(), capacity, config.headSize()};
    List<OnnxTensor> tensors = new ArrayList<>();
    for (NativeBuffer part : parts) {
      ByteBuffer bytes =
          part.bytes().slice(0, count * rowBytes(capacity)).order(part.bytes().order());
      tensors.add(
          owner.add(OnnxTensor.createTensor(environment, bytes, shape, layout.cacheType())));
    }
    return tensors;
  }

  private int partCount() {
    return config.layers() * KvCache.PARTS.size();
  }

  private int headBytes() {
    return config.headSize() * layout.cacheType().size;
  }

  private int rowBytes(int positions) {
    return config.kvHeads() * positions * headBytes();
  }

  @Override
  public void close() {
    parts.forEach(NativeBuffer::close);
    parts.clear();
    rows = 0;
    capacity = 0;
  }
}
