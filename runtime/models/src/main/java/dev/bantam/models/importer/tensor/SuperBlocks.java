package dev.bantam.models.importer.tensor;

import java.nio.ByteBuffer;

/**
 * Types with blocks of 256: half floats {@code d} and, in some, {@code dmin} for the whole, and for
 * each group of 16 or 32 a small integer scale {@code s} and, in some, minimum {@code m}. A weight
 * is {@code d * s * q - dmin * m}.
 */
enum SuperBlocks implements BlockLayout {
  /** 2 bits, groups of 16, s and m of 4 bits in one byte; stored as q + 8, so shifts are minima. */
  Q2_K {
    @Override
    public void quanta(ByteBuffer in, int at, byte[] quanta) {
      twoBits(in, at + 16, quanta, 8);
    }

    @Override
    public void scales(ByteBuffer in, int at, float[] scales) {
      float d = SmallBlocks.half(in, at + 80);
      for (int i = 0; i < scales.length; i++) {
        scales[i] = d * (in.get(at + i) & 15);
      }
    }

    @Override
    public void shifts(ByteBuffer in, int at, float[] shifts) {
      float dmin = SmallBlocks.half(in, at + 82);
      for (int i = 0; i < shifts.length; i++) {
        shifts[i] = -dmin * (in.get(at + i) >> 4 & 15);
      }
    }
  },
  /** 3 bits from -4 to 3, the third in a mask; groups of 16, s of 6 bits from -32 to 31. */
  Q3_K {
    @Override
    public void quanta(ByteBuffer in, int at, byte[] quanta) {
      twoBits(in, at + 32, quanta, 4);
      for (int i = 0; i < ELEMENTS; i++) {
        quanta[i] += (byte) ((in.get(at + i % 32) >> i / 32 & 1) << 2);
      }
    }

    @Override
    public void scales(ByteBuffer in, int at, float[] scales) {
      float d = SmallBlocks.half(in, at + 108);
      for (int i = 0; i < scales.length; i++) {
        int low = in.get(at + 96 + i % 8) >> i / 8 * 4 & 15;
        int high = in.get(at + 104 + i % 4) >> i / 4 * 2 & 3;
        scales[i] = d * ((high << 4 | low) - 32);
      }
    }
  },
  /** 4 bits, groups of 32, s and m of 6 bits. */
  Q4_K {
    @Override
    public void quanta(ByteBuffer in, int at, byte[] quanta) {
      nibbles(in, at + 16, quanta);
    }

    @Override
    public void scales(ByteBuffer in, int at, float[] scales) {
      sixBitScales(in, at, scales);
    }

    @Override
    public void shifts(ByteBuffer in, int at, float[] shifts) {
      sixBitShifts(in, at, shifts, 8);
    }
  },
  /** 5 bits, the fifth in a mask; groups of 32, s and m of 6 bits. In 8 bits, around 16. */
  Q5_K {
    @Override
    public void quanta(ByteBuffer in, int at, byte[] quanta) {
      nibbles(in, at + 48, quanta);
      for (int i = 0; i < ELEMENTS; i++) {
        int fifth = in.get(at + 16 + i % 32) >> i / 32 & 1;
        quanta[i] += (byte) (fifth * 16 + 128 - 16);
      }
    }

    @Override
    public void scales(ByteBuffer in, int at, float[] scales) {
      sixBitScales(in, at, scales);
    }

    @Override
    public void shifts(ByteBuffer in, int at, float[] shifts) {
      sixBitShifts(in, at, shifts, 16);
    }
  },
  /** 6 bits from -32 to 31, groups of 16, s of 8 bits with a sign. In 8 bits. */
  Q6_K {
    @Override
    public void quanta(ByteBuffer in, int at, byte[] quanta) {
      for (int i = 0; i < ELEMENTS; i++) {
        int half = i / 128;
        int quarter = i % 128 / 32;
        int low = in.get(at + half * 64 + i % 64) >> quarter / 2 * 4 & 15;
        int high = in.get(at + 128 + half * 32 + i % 32) >> quarter * 2 & 3;
        quanta[i] = (byte) ((high << 4 | low) - 32 + 128);
      }
    }

    @Override
    public void scales(ByteBuffer in, int at, float[] scales) {
      float d = SmallBlocks.half(in, at + 208);
      for (int i = 0; i < scales.length; i++) {
        scales[i] = d * in.get(at + 192 + i);
      }
    }
  },
  /** 4 bits that stand for uneven values, groups of 32, s of 6 bits from -32 to 31. In 8 bits. */
  IQ4_XS {
    @Override
    public void quanta(ByteBuffer in, int at, byte[] quanta) {
      for (int i = 0; i < ELEMENTS; i++) {
        int both = in.get(at + 8 + i / 32 * 16 + i % 16);
        quanta[i] = SmallBlocks.unevenValue(both >> i % 32 / 16 * 4 & 15);
      }
    }

    @Override
    public void scales(ByteBuffer in, int at, float[] scales) {
      float d = SmallBlocks.half(in, at);
      for (int i = 0; i < scales.length; i++) {
        int low = in.get(at + 4 + i / 2) >> i % 2 * 4 & 15;
        int high = in.getShort(at + 2) >> i * 2 & 3;
        scales[i] = d * ((high << 4 | low) - 32);
      }
    }
  };

  private static final int ELEMENTS = 256;

  /** Four quanta a byte: bits 2k and 2k + 1 of 32 bytes hold 32 neighbours; then the next half. */
  private static void twoBits(ByteBuffer in, int at, byte[] quanta, int plus) {
    for (int i = 0; i < ELEMENTS; i++) {
      int four = in.get(at + i / 128 * 32 + i % 32);
      quanta[i] = (byte) ((four >> i % 128 / 32 * 2 & 3) + plus);
    }
  }

  /** 32 bytes hold 32 neighbours in their low halves and the next 32 in their high ones. */
  private static void nibbles(ByteBuffer in, int at, byte[] quanta) {
    for (int i = 0; i < ELEMENTS; i++) {
      quanta[i] = (byte) (in.get(at + i / 64 * 32 + i % 32) >> i % 64 / 32 * 4 & 15);
    }
  }

  private static void sixBitScales(ByteBuffer in, int at, float[] scales) {
    float d = SmallBlocks.half(in, at);
    for (int i = 0; i < scales.length; i++) {
      scales[i] = d * sixBits(in, at + 4, i, 0);
    }
  }

  /** Minima, and what quanta have {@code middle} less. */
  private static void sixBitShifts(ByteBuffer in, int at, float[] shifts, int middle) {
    sixBitScales(in, at, shifts);
    float dmin = SmallBlocks.half(in, at + 2);
    for (int i = 0; i < shifts.length; i++) {
      shifts[i] = middle * shifts[i] - dmin * sixBits(in, at + 4, i, 4);
    }
  }

  /**
   * Eight scales and eight minima of 6 bits in 12 bytes: the first four of each have a byte of
   * their own; of the last four the low 4 bits lie in the last four bytes and the high 2 bits above
   * the first ones.
   *
   * @param plus 0 for a scale, 4 for a minimum
   */
  private static int sixBits(ByteBuffer in, int at, int group, int plus) {
    if (group < 4) {
      return in.get(at + plus + group) & 63;
    }
    int low = in.get(at + 4 + group) >> plus & 15;
    int high = in.get(at + plus + group - 4) >> 6 & 3;
    return high << 4 | low;
  }
}
