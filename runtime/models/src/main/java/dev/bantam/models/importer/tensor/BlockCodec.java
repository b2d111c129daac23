package dev.bantam.models.importer.tensor;

import dev.bantam.models.gguf.TensorType;
import java.nio.ByteBuffer;
import java.util.function.Supplier;

/**
 * Turns blocks of a ggml tensor into elements of an ONNX tensor: floats of a dense one; the quanta,
 * scales, zero points or shifts of a quantized one. Exact but for the rounding of one float sum in
 * the shifts of types that have a minimum. Buffers are little-endian.
 */
public final class BlockCodec {

  private final TensorType source;
  private final int outBytes;
  private final Supplier<Step> steps;

  private BlockCodec(TensorType source, int outBytes, Supplier<Step> steps) {
    this.source = source;
    this.outBytes = outBytes;
    this.steps = steps;
  }

  /** Converts one block; false if a number is not finite. A step has buffers of its own. */
  private interface Step {
    boolean block(ByteBuffer in, int at, ByteBuffer out);
  }

  /** Reads one element as a float. */
  interface Element {
    float read(ByteBuffer in, int at);
  }

  /** Reads one of the groups' numbers. */
  private interface GroupNumbers {
    void read(ByteBuffer in, int at, float[] numbers);
  }

  /** Floats of a type that stores elements one by one. */
  static BlockCodec floats(TensorType source, Element element) {
    return new BlockCodec(
        source, Float.BYTES, () -> (in, at, out) -> put(out, element.read(in, at)));
  }

  /** Quanta of 8 bits as they are; of 4 bits two neighbours a byte, the first in the low half. */
  static BlockCodec quanta(TensorType source, BlockLayout layout, int bits) {
    int elements = source.blockElements();
    return new BlockCodec(
        source,
        elements * bits / 8,
        () -> {
          byte[] quanta = new byte[elements];
          return (in, at, out) -> {
            layout.quanta(in, at, quanta);
            if (bits == 8) {
              out.put(quanta);
            } else {
              putPairs(quanta, out);
            }
            return true;
          };
        });
  }

  /** One float a group of {@code group} elements. */
  static BlockCodec scales(TensorType source, BlockLayout layout, int group) {
    return groupFloats(source, group, layout::scales);
  }

  /** As {@link #scales}. */
  static BlockCodec shifts(TensorType source, BlockLayout layout, int group) {
    return groupFloats(source, group, layout::shifts);
  }

  /** One zero point of 4 bits a group; two neighbours a byte, the first in the low half. */
  static BlockCodec zeros(TensorType source, BlockLayout layout, int group) {
    int groups = source.blockElements() / group;
    return new BlockCodec(
        source,
        groups / 2,
        () -> {
          byte[] zeros = new byte[groups];
          return (in, at, out) -> {
            layout.zeros(in, at, zeros);
            putPairs(zeros, out);
            return true;
          };
        });
  }

  private static BlockCodec groupFloats(TensorType source, int group, GroupNumbers reader) {
    int groups = source.blockElements() / group;
    return new BlockCodec(
        source,
        groups * Float.BYTES,
        () -> {
          float[] numbers = new float[groups];
          return (in, at, out) -> {
            reader.read(in, at, numbers);
            boolean finite = true;
            for (float number : numbers) {
              finite &= put(out, number);
            }
            return finite;
          };
        });
  }

  /** The type that this codec reads. */
  public TensorType source() {
    return source;
  }

  /** Bytes written for one block of the source. */
  public int outBytes() {
    return outBytes;
  }

  /**
   * Converts all whole blocks of {@code in}.
   *
   * @return whether all numbers are finite
   */
  public boolean convert(ByteBuffer in, ByteBuffer out) {
    Step step = steps.get();
    int blockBytes = source.blockBytes();
    boolean finite = true;
    while (in.remaining() >= blockBytes) {
      finite &= step.block(in, in.position(), out);
      in.position(in.position() + blockBytes);
    }
    return finite;
  }

  private static boolean put(ByteBuffer out, float value) {
    out.putFloat(value);
    return Float.isFinite(value);
  }

  private static void putPairs(byte[] quanta, ByteBuffer out) {
    for (int i = 0; i < quanta.length; i += 2) {
      out.put((byte) (quanta[i] | quanta[i + 1] << 4));
    }
  }
}
