package dev.bantam.models.gguf;

import java.util.Optional;

/**
 * How ggml stores a tensor's elements: in blocks along the first dimension. The last ones are
 * Bantam's own, which re-quantizing makes on the way and no file holds: S for symmetric, Z for zero
 * points, the bits of a quantum, the neighbours that share a scale.
 */
public enum TensorType {
  F32(0, 1, 4),
  F16(1, 1, 2),
  Q4_0(2, 32, 18),
  Q4_1(3, 32, 20),
  Q5_0(6, 32, 22),
  Q5_1(7, 32, 24),
  Q8_0(8, 32, 34),
  Q8_1(9, 32, 36),
  Q2_K(10, 256, 84),
  Q3_K(11, 256, 110),
  Q4_K(12, 256, 144),
  Q5_K(13, 256, 176),
  Q6_K(14, 256, 210),
  Q8_K(15, 256, 292),
  IQ2_XXS(16, 256, 66),
  IQ2_XS(17, 256, 74),
  IQ3_XXS(18, 256, 98),
  IQ1_S(19, 256, 50),
  IQ4_NL(20, 32, 18),
  IQ3_S(21, 256, 110),
  IQ2_S(22, 256, 82),
  IQ4_XS(23, 256, 136),
  I8(24, 1, 1),
  I16(25, 1, 2),
  I32(26, 1, 4),
  I64(27, 1, 8),
  F64(28, 1, 8),
  IQ1_M(29, 256, 56),
  BF16(30, 1, 2),
  TQ1_0(34, 256, 54),
  TQ2_0(35, 256, 66),
  MXFP4(39, 32, 17),
  S8_32(TensorType.OWN, 32, 36),
  S4_32(TensorType.OWN, 32, 20),
  S4_64(TensorType.OWN, 64, 36),
  S4_128(TensorType.OWN, 128, 68),
  S4_256(TensorType.OWN, 256, 132),
  Z4_32(TensorType.OWN, 64, 41);

  private static final int OWN = -1;

  private final int code;
  private final int blockElements;
  private final int blockBytes;

  TensorType(int code, int blockElements, int blockBytes) {
    this.code = code;
    this.blockElements = blockElements;
    this.blockBytes = blockBytes;
  }

  /** Elements of one block. */
  public int blockElements() {
    return blockElements;
  }

  /** Bytes of one block. */
  public int blockBytes() {
    return blockBytes;
  }

  /** Whether a GGUF may hold it. */
  public boolean isInFiles() {
    return code != OWN;
  }

  /** The type of ggml's number {@code code}. */
  static Optional<TensorType> ofCode(int code) {
    for (TensorType type : values()) {
      if (type.isInFiles() && type.code == code) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
