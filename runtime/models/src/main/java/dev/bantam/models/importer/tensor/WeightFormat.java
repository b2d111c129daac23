package dev.bantam.models.importer.tensor;

import dev.bantam.models.gguf.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The tensor types that can be imported, and which parts each is taken to: a dense one to floats; a
 * quantized one to quanta and scales, and, where a block has a minimum too, to shifts.
 */
public enum WeightFormat {
  F32(TensorType.F32, BlockCodec.FLOATS),
  F16(TensorType.F16, BlockCodec.WIDENED_HALVES),
  BF16(TensorType.BF16, BlockCodec.WIDENED_BRAINS),
  Q4_0(TensorType.Q4_0, 4, BlockCodec.NIBBLES_Q4_0, BlockCodec.SCALES_Q4_0, null),
  Q4_1(TensorType.Q4_1, 4, BlockCodec.NIBBLES_Q4_1, BlockCodec.SCALES_Q4_1, BlockCodec.SHIFTS_Q4_1),
  Q8_0(TensorType.Q8_0, 8, BlockCodec.BYTES_Q8_0, BlockCodec.SCALES_Q8_0, null);

  /** Elements of a quantized block. */
  public static final int BLOCK = 32;

  private final TensorType type;
  private final int bits;
  private final BlockCodec elements;
  private final @Nullable BlockCodec scales;
  private final @Nullable BlockCodec shifts;

  WeightFormat(TensorType type, BlockCodec elements) {
    this(type, 0, elements, null, null);
  }

  WeightFormat(
      TensorType type,
      int bits,
      BlockCodec elements,
      @Nullable BlockCodec scales,
      @Nullable BlockCodec shifts) {
    this.type = type;
    this.bits = bits;
    this.elements = elements;
    this.scales = scales;
    this.shifts = shifts;
  }

  /** The format of a type, if it can be imported. */
  public static Optional<WeightFormat> of(TensorType type) {
    return Arrays.stream(values()).filter(format -> format.type == type).findFirst();
  }

  /** The types of all formats. */
  public static List<TensorType> types() {
    return Arrays.stream(values()).map(format -> format.type).toList();
  }

  /** Whether elements stand for themselves. */
  public boolean isDense() {
    return scales == null;
  }

  /** Bits of a quantum; 0 if dense. */
  public int bits() {
    return bits;
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
}
