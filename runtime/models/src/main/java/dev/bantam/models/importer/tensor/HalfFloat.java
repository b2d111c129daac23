package dev.bantam.models.importer.tensor;

/** IEEE 754 half precision. {@code Float.float16ToFloat} needs Java 20. */
final class HalfFloat {

  /** 2 to the power of -24, the value of a subnormal's last bit. */
  private static final float SUBNORMAL_UNIT = 0x1p-24f;

  private HalfFloat() {}

  static float toFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = half >>> 10 & 0x1f;
    int fraction = half & 0x3ff;
    if (exponent == 0) {
      return Float.intBitsToFloat(Float.floatToRawIntBits(fraction * SUBNORMAL_UNIT) | sign);
    }
    int widened = exponent == 0x1f ? 0xff : exponent - 15 + 127;
    return Float.intBitsToFloat(sign | widened << 23 | fraction << 13);
  }
}
