package dev.bantam.models.importer.tensor;

import java.nio.ByteBuffer;

/**
 * Types with blocks of 32: a half float {@code d}, in some a half float {@code m}, and the quanta.
 * Quanta of 4 bits stand so that byte j holds element j in its low and element j + 16 in its high
 * half; a fifth bit is bit j of a word of 32.
 */
enum SmallBlocks implements BlockLayout {
  /** {@code w = d * (q - 8)} */
  Q4_0 {
    @Override
    public void quanta(ByteBuffer in, int at, byte[] quanta) {
      nibbles(in, at + 2, quanta);
    }
  },
  /** {@code w = d * q + m = d * (q - 8) + (m + 8d)} */
  Q4_1 {
    @Override
    public void quanta(ByteBuffer in, int at, byte[] quanta) {
      nibbles(in, at + 4, quanta);
    }

    @Override
    public void shifts(ByteBuffer in, int at, float[] shifts) {
      shifts[0] = half(in, at + 2) + 8 * half(in, at);
    }
  },
  /** {@code w = d * (q - 16)}, in 8 bits. */
  Q5_0 {
    @Override
    public void quanta(ByteBuffer in, int at, byte[] quanta) {
      fiveBits(in, at + 2, quanta);
    }
  },
  /** {@code w = d * q + m = d * (q - 16) + (m + 16d)}, in 8 bits. */
  Q5_1 {
    @Override
    public void quanta(ByteBuffer in, int at, byte[] quanta) {
      fiveBits(in, at + 4, quanta);
    }

    @Override
    public void shifts(ByteBuffer in, int at, float[] shifts) {
      shifts[0] = half(in, at + 2) + 16 * half(in, at);
    }
  },
  /** {@code w = d * q} with q from -128 to 127. */
  Q8_0 {
    @Override
    public void quanta(ByteBuffer in, int at, byte[] quanta) {
      for (int i = 0; i < quanta.length; i++) {
        quanta[i] = (byte) (in.get(at + 2 + i) ^ 0x80);
      }
    }
  },
  /** {@code w = d * value(q)}, in 8 bits. */
  IQ4_NL {
    @Override
    public void quanta(ByteBuffer in, int at, byte[] quanta) {
      nibbles(in, at + 2, quanta);
      for (int i = 0; i < quanta.length; i++) {
        quanta[i] = unevenValue(quanta[i]);
      }
    }
  };

  /** The sixteen values of IQ4_NL and IQ4_XS, finer around zero, plus 128. */
  private static final int[] UNEVEN = {
    1, 24, 45, 63, 79, 93, 106, 118, 129, 141, 153, 166, 181, 197, 217, 241
  };

  private static final int HALF_BLOCK = 16;

  @Override
  public void scales(ByteBuffer in, int at, float[] scales) {
    scales[0] = half(in, at);
  }

  static float half(ByteBuffer in, int at) {
    return HalfFloat.toFloat(in.getShort(at));
  }

  /** What a quantum of 4 bits stands for in IQ4_NL and IQ4_XS, plus 128. */
  static byte unevenValue(int quantum) {
    return (byte) UNEVEN[quantum];
  }

  private static void nibbles(ByteBuffer in, int at, byte[] quanta) {
    for (int i = 0; i < HALF_BLOCK; i++) {
      int both = in.get(at + i);
      quanta[i] = (byte) (both & 15);
      quanta[i + HALF_BLOCK] = (byte) (both >> 4 & 15);
    }
  }

  /** The word of fifth bits and the four lower ones behind it, as 8 bits around 128. */
  private static void fiveBits(ByteBuffer in, int at, byte[] quanta) {
    int fifths = in.getInt(at);
    nibbles(in, at + 4, quanta);
    for (int i = 0; i < quanta.length; i++) {
      quanta[i] += (byte) ((fifths >> i & 1) * 16 + 128 - 16);
    }
  }
}
