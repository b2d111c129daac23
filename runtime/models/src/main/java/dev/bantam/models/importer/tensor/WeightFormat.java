package dev.bantam.models.importer.tensor;

import dev.bantam.models.gguf.TensorType;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The tensor types that can be imported, and which parts each is taken to: a dense one to floats; a
 * quantized one to quanta and scales, and, where a block has a minimum too, to shifts. All keep the
 * source's weights exactly, in the fewest bits that ONNX Runtime has a fast kernel for (decision
 * 0050).
 */
public enum WeightFormat {
  F32(TensorType.F32, ByteBuffer::getFloat),
  F16(TensorType.F16, SmallBlocks::half),
  BF16(TensorType.BF16, (in, at) -> Float.intBitsToFloat(in.getShort(at) << 16)),
  Q4_0(TensorType.Q4_0, SmallBlocks.Q4_0, 4, 32, false),
  Q4_1(TensorType.Q4_1, SmallBlocks.Q4_1, 4, 32, true),
  Q5_0(TensorType.Q5_0, SmallBlocks.Q5_0, 8, 32, false),
  Q5_1(TensorType.Q5_1, SmallBlocks.Q5_1, 8, 32, true),
  Q8_0(TensorType.Q8_0, SmallBlocks.Q8_0, 8, 32, false),
  Q2_K(TensorType.Q2_K, SuperBlocks.Q2_K, 4, 16, true),
  Q3_K(TensorType.Q3_K, SuperBlocks.Q3_K, 4, 16, false),
  Q4_K(TensorType.Q4_K, SuperBlocks.Q4_K, 4, 32, true),
  Q5_K(TensorType.Q5_K, SuperBlocks.Q5_K, 8, 32, true),
  Q6_K(TensorType.Q6_K, SuperBlocks.Q6_K, 8, 16, false),
  IQ4_NL(TensorType.IQ4_NL, SmallBlocks.IQ4_NL, 8, 32, false),
  IQ4_XS(TensorType.IQ4_XS, SuperBlocks.IQ4_XS, 8, 32, false),
  S8_32(TensorType.S8_32, OwnBlocks.BYTES, 8, 32, false),
  S4_32(TensorType.S4_32, OwnBlocks.NIBBLES, 4, 32, false),
  S4_64(TensorType.S4_64, OwnBlocks.NIBBLES, 4, 64, false),
  S4_128(TensorType.S4_128, OwnBlocks.NIBBLES, 4, 128, false),
  S4_256(TensorType.S4_256, OwnBlocks.NIBBLES, 4, 256, false),
  Z4_32(TensorType.Z4_32, OwnBlocks.NIBBLES_AND_ZEROS, 4, 32, false);

  private final TensorType type;
  private final int bits;
  private final int block;
  private final BlockCodec elements;
  private final @Nullable BlockCodec scales;
  private final @Nullable BlockCodec shifts;
  private final @Nullable BlockCodec zeros;
  private final BlockCodec.@Nullable Element element;
  private final @Nullable BlockLayout layout;

  WeightFormat(TensorType type, BlockCodec.Element element) {
    this.type = type;
    this.element = element;
    this.layout = null;
    this.bits = 0;
    this.block = 1;
    this.elements = BlockCodec.floats(type, element);
    this.scales = null;
    this.shifts = null;
    this.zeros = null;
  }

  WeightFormat(TensorType type, BlockLayout layout, int bits, int block, boolean hasShifts) {
    this.type = type;
    this.element = null;
    this.layout = layout;
    this.bits = bits;
    this.block = block;
    this.elements = BlockCodec.quanta(type, layout, bits);
    this.scales = BlockCodec.scales(type, layout, block);
    this.shifts = hasShifts ? BlockCodec.shifts(type, layout, block) : null;
    this.zeros =
        layout == OwnBlocks.NIBBLES_AND_ZEROS ? BlockCodec.zeros(type, layout, block) : null;
  }

  /** The format of a type, if it can be imported. */
  public static Optional<WeightFormat> of(TensorType type) {
    return Arrays.stream(values()).filter(format -> format.type == type).findFirst();
  }

  /** The types of all formats, Bantam's own ones too. */
  public static List<TensorType> types() {
    return Arrays.stream(values()).map(format -> format.type).toList();
  }

  /** Whether elements stand for themselves. */
  public boolean isDense() {
    return scales == null;
  }

  /** Bits of a quantum as it is written; 0 if dense. */
  public int bits() {
    return bits;
  }

  /** Neighbours in a row that share a scale and a shift: a power of two, 16 or more; 1 if dense. */
  public int block() {
    return block;
  }

  /** Makes floats of a dense format's elements, or quanta of a quantized one's. */
  public BlockCodec elements() {
    return elements;
  }

  /** One float a block; empty if dense. */
  public Optional<BlockCodec> scales() {
    return Optional.ofNullable(scales);
  }

  /** One float a block, to be added to each weight; empty for most. */
  public Optional<BlockCodec> shifts() {
    return Optional.ofNullable(shifts);
  }

  /** Zero points of 4 bits, two blocks a byte; empty where all are half of the range. */
  public Optional<BlockCodec> zeros() {
    return Optional.ofNullable(zeros);
  }

  /**
   * The weights as floats.
   *
   * @param in whole blocks, little-endian
   * @param floats as many as the blocks have elements; filled from the beginning
   */
  public void dequantize(ByteBuffer in, float[] floats) {
    int blocks = in.remaining() / type.blockBytes();
    if (element != null) {
      for (int i = 0; i < blocks; i++) {
        floats[i] = element.read(in, in.position() + i * type.blockBytes());
      }
    } else {
      Dequantizer blocksReader =
          new Dequantizer(Objects.requireNonNull(layout), type.blockElements(), block, bits);
      for (int i = 0; i < blocks; i++) {
        int at = in.position() + i * type.blockBytes();
        blocksReader.block(in, at, floats, i * type.blockElements());
      }
    }
  }

  /** Bytes that elements take once written, all parts together. */
  public long bytes(long count) {
    long blockBytes =
        Stream.of(elements, scales, shifts, zeros)
            .filter(Objects::nonNull)
            .mapToLong(BlockCodec::outBytes)
            .sum();
    return count / type.blockElements() * blockBytes;
  }

  /** In words, e.g. {@code 4 bits, block 32, shifts}. */
  public String description() {
    if (isDense()) {
      return "float";
    }
    String extra = shifts != null ? ", shifts" : zeros != null ? ", zero points" : "";
    return "%d bits, block %d%s".formatted(bits, block, extra);
  }
}
