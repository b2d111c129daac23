package dev.bantam.models.importer.tensor;

import dev.bantam.models.gguf.TensorType;
import java.nio.ByteBuffer;

/**
 * Turns blocks of a ggml tensor into elements of an ONNX tensor, exactly but for the rounding of
 * one float sum in Q4_1. Quantized weights are {@code w = d * (q - 8)} (Q4_0), {@code w = d * q +
 * m} (Q4_1), {@code w = d * q} (Q8_0), with {@code d} and {@code m} half floats in front of the
 * block's 32 quanta (ggml-common.h in the ggml repository). Buffers are little-endian.
 */
public enum BlockCodec {
  /** F32 as it is. */
  FLOATS(TensorType.F32, 4) {
    @Override
    boolean block(ByteBuffer in, ByteBuffer out) {
      return put(out, in.getFloat());
    }
  },
  /** F16 as float. */
  WIDENED_HALVES(TensorType.F16, 4) {
    @Override
    boolean block(ByteBuffer in, ByteBuffer out) {
      return put(out, HalfFloat.toFloat(in.getShort()));
    }
  },
  /** BF16 as float. */
  WIDENED_BRAINS(TensorType.BF16, 4) {
    @Override
    boolean block(ByteBuffer in, ByteBuffer out) {
      return put(out, Float.intBitsToFloat(in.getShort() << 16));
    }
  },
  /** Q4_0's quanta, two neighbours a byte, the first in the low half. */
  NIBBLES_Q4_0(TensorType.Q4_0, 16) {
    @Override
    boolean block(ByteBuffer in, ByteBuffer out) {
      in.getShort();
      return putNibbles(in, out);
    }
  },
  /** Q4_0's {@code d} as float. */
  SCALES_Q4_0(TensorType.Q4_0, 4) {
    @Override
    boolean block(ByteBuffer in, ByteBuffer out) {
      float scale = HalfFloat.toFloat(in.getShort());
      skip(in, 16);
      return put(out, scale);
    }
  },
  /** Q4_1's quanta, two neighbours a byte, the first in the low half. */
  NIBBLES_Q4_1(TensorType.Q4_1, 16) {
    @Override
    boolean block(ByteBuffer in, ByteBuffer out) {
      in.getInt();
      return putNibbles(in, out);
    }
  },
  /** Q4_1's {@code d} as float. */
  SCALES_Q4_1(TensorType.Q4_1, 4) {
    @Override
    boolean block(ByteBuffer in, ByteBuffer out) {
      float scale = HalfFloat.toFloat(in.getShort());
      skip(in, 18);
      return put(out, scale);
    }
  },
  /** {@code m + 8d}: what a Q4_1 weight is more than {@code d * (q - 8)}, one float a block. */
  SHIFTS_Q4_1(TensorType.Q4_1, 4) {
    @Override
    boolean block(ByteBuffer in, ByteBuffer out) {
      float scale = HalfFloat.toFloat(in.getShort());
      float minimum = HalfFloat.toFloat(in.getShort());
      skip(in, 16);
      return put(out, minimum + 8 * scale);
    }
  },
  /** Q8_0's signed quanta plus 128. */
  BYTES_Q8_0(TensorType.Q8_0, 32) {
    @Override
    boolean block(ByteBuffer in, ByteBuffer out) {
      in.getShort();
      for (int i = 0; i < 4; i++) {
        out.putLong(in.getLong() ^ 0x8080808080808080L);
      }
      return true;
    }
  },
  /** Q8_0's {@code d} as float. */
  SCALES_Q8_0(TensorType.Q8_0, 4) {
    @Override
    boolean block(ByteBuffer in, ByteBuffer out) {
      float scale = HalfFloat.toFloat(in.getShort());
      skip(in, 32);
      return put(out, scale);
    }
  };

  private final TensorType source;
  private final int outBytes;

  BlockCodec(TensorType source, int outBytes) {
    this.source = source;
    this.outBytes = outBytes;
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
  boolean convert(ByteBuffer in, ByteBuffer out) {
    boolean finite = true;
    while (in.remaining() >= source.blockBytes()) {
      finite &= block(in, out);
    }
    return finite;
  }

  /** Converts one block; false if a number is not finite. */
  abstract boolean block(ByteBuffer in, ByteBuffer out);

  private static boolean put(ByteBuffer out, float value) {
    out.putFloat(value);
    return Float.isFinite(value);
  }

  private static void skip(ByteBuffer in, int bytes) {
    in.position(in.position() + bytes);
  }

  /** ggml holds quantum j in the low and j + 16 in the high half of byte j. */
  private static boolean putNibbles(ByteBuffer in, ByteBuffer out) {
    long first = in.getLong();
    long second = in.getLong();
    out.putLong(packed(first) | packed(second) << 32);
    out.putLong(packed(first >>> 4) | packed(second >>> 4) << 32);
    return true;
  }

  /** Brings the low halves of eight bytes together in four. */
  private static long packed(long bytes) {
    long x = bytes & 0x0f0f0f0f0f0f0f0fL;
    x = (x | x >>> 4) & 0x00ff00ff00ff00ffL;
    x = (x | x >>> 8) & 0x0000ffff0000ffffL;
    return (x | x >>> 16) & 0xffffffffL;
  }
}
