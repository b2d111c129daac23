package dev.bantam.models.importer.safetensors;

import dev.bantam.models.ModelException;
import dev.bantam.models.gguf.TensorType;
import dev.bantam.models.importer.tensor.WeightFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * A tensor as llama.cpp's converter would have written it: one that is stored, seen through changes
 * of its order or numbers. Nothing is computed before it is read, so a view takes no heap.
 *
 * @param type of the elements
 * @param shape in ggml's order, the contiguous dimension first
 * @param reader gives the bytes
 */
record TensorView(TensorType type, List<Long> shape, Reader reader) {

  /** Gives a tensor's bytes, little-endian. */
  @FunctionalInterface
  interface Reader {

    /** Fills {@code target} from byte {@code from} on, which is an element's first. */
    void read(long from, ByteBuffer target) throws ModelException;
  }

  TensorView {
    shape = List.copyOf(shape);
  }

  /** A tensor as it is stored. */
  static TensorView stored(SafetensorsFile file, StoredTensor tensor, TensorType type) {
    List<Long> shape = new ArrayList<>(tensor.shape());
    Collections.reverse(shape);
    return new TensorView(type, shape, (from, target) -> file.read(tensor, from, target));
  }

  /** A vector of floats that no file holds. */
  static TensorView floats(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return new TensorView(
        TensorType.F32,
        List.of((long) values.length),
        (from, target) -> target.put(bytes.slice((int) from, target.remaining())));
  }

  long bytes() {
    return elements() * type.blockBytes();
  }

  private long elements() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  /**
   * A matrix with rows and columns exchanged.
   *
   * @param bands holds what has been read ahead
   */
  TensorView transposed(TransposedBands bands) {
    long columns = shape.get(1);
    long rows = shape.get(0);
    return new TensorView(
        type,
        List.of(columns, rows),
        (from, target) -> bands.read(this, rows, columns, from, target));
  }

  /**
   * The same rows in another order.
   *
   * @param blockRows rows that stay together
   * @param order the stored block that stands at a place
   */
  TensorView reordered(int blockRows, IntUnaryOperator order) {
    long rowBytes = shape.size() == 1 ? type.blockBytes() : shape.get(0) * type.blockBytes();
    long block = blockRows * rowBytes;
    return new TensorView(
        type,
        shape,
        (from, target) -> {
          int limit = target.limit();
          for (long at = from; target.position() < limit; ) {
            long within = at % block;
            int length = (int) Math.min(limit - target.position(), block - within);
            target.limit(target.position() + length);
            reader.read(order.applyAsInt((int) (at / block)) * block + within, target);
            at += length;
          }
        });
  }

  /** A matrix without its first rows. */
  TensorView fromRow(int first) {
    long skipped = first * shape.get(0) * type.blockBytes();
    return new TensorView(
        type,
        List.of(shape.get(0), shape.get(1) - first),
        (from, target) -> reader.read(skipped + from, target));
  }

  /** Every number plus another, as floats. */
  TensorView plus(float addend) {
    int width = type.blockBytes();
    return new TensorView(
        TensorType.F32,
        shape,
        (from, target) -> {
          int count = target.remaining() / Float.BYTES;
          ByteBuffer stored = ByteBuffer.allocate(count * width).order(ByteOrder.LITTLE_ENDIAN);
          reader.read(from / Float.BYTES * width, stored);
          ByteBuffer floats =
              ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
          WeightFormat.of(type).orElseThrow().elements().convert(stored.flip(), floats);
          floats.flip();
          while (floats.hasRemaining()) {
            target.putFloat(floats.getFloat() + addend);
          }
        });
  }
}
