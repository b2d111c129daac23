package dev.bantam.models.importer.safetensors;

import dev.bantam.models.gguf.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Element types of the safetensors format. */
enum Dtype {
  F32(32, TensorType.F32),
  F16(16, TensorType.F16),
  BF16(16, TensorType.BF16),
  F64(64, null),
  I64(64, null),
  I32(32, null),
  I16(16, null),
  I8(8, null),
  U64(64, null),
  U32(32, null),
  U16(16, null),
  U8(8, null),
  BOOL(8, null),
  F8_E4M3(8, null),
  F8_E5M2(8, null),
  F8_E8M0(8, null),
  F4(4, null),
  C64(64, null);

  private final int bits;
  private final @Nullable TensorType type;

  Dtype(int bits, @Nullable TensorType type) {
    this.bits = bits;
    this.type = type;
  }

  /** Bits of an element. */
  int bits() {
    return bits;
  }

  /** The same type in ggml's terms, if it can be imported. */
  Optional<TensorType> type() {
    return Optional.ofNullable(type);
  }

  static Optional<Dtype> ofName(String name) {
    return Arrays.stream(values()).filter(dtype -> dtype.name().equals(name)).findFirst();
  }

  /** Those that can be imported. */
  static List<Dtype> importable() {
    return Arrays.stream(values()).filter(dtype -> dtype.type != null).toList();
  }
}
