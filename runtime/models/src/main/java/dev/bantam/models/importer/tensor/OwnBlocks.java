package dev.bantam.models.importer.tensor;

import java.nio.ByteBuffer;

/**
 * Blocks that re-quantizing makes: for each group a float scale; where there are zero points, one
 * byte with those of two groups; then the quanta as {@code MatMulNBits} wants them.
 */
enum OwnBlocks implements BlockLayout {
  /** 8 bits around 128, one group. */
  BYTES {
    @Override
    public void quanta(ByteBuffer in, int at, byte[] quanta) {
      in.get(at + Float.BYTES, quanta);
    }
  },
  /** 4 bits around 8, one group. */
  NIBBLES {
    @Override
    public void quanta(ByteBuffer in, int at, byte[] quanta) {
      unpack(in, at + Float.BYTES, quanta);
    }
  },
  /** 4 bits around a zero point, two groups. */
  NIBBLES_AND_ZEROS {
    @Override
    public void quanta(ByteBuffer in, int at, byte[] quanta) {
      unpack(in, at + 2 * Float.BYTES + 1, quanta);
    }

    @Override
    public void zeros(ByteBuffer in, int at, byte[] zeros) {
      unpack(in, at + 2 * Float.BYTES, zeros);
    }
  };

  @Override
  public void scales(ByteBuffer in, int at, float[] scales) {
    for (int i = 0; i < scales.length; i++) {
      scales[i] = in.getFloat(at + i * Float.BYTES);
    }
  }

  private static void unpack(ByteBuffer in, int at, byte[] nibbles) {
    for (int i = 0; i < nibbles.length; i++) {
      nibbles[i] = (byte) (in.get(at + i / 2) >> i % 2 * 4 & 15);
    }
  }
}
