package dev.bantam.models.importer.tensor;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Takes the blocks of one layout for floats: {@code scale * (q - zero) + shift}. One thread. */
final class Dequantizer {

  private final BlockLayout layout;
  private final int group;
  private final byte[] quanta;
  private final float[] scales;
  private final float[] shifts;
  private final byte[] zeros;

  /**
   * @param elements of a block
   * @param group neighbours that share a scale
   */
  Dequantizer(BlockLayout layout, int elements, int group, int bits) {
    this.layout = layout;
    this.group = group;
    this.quanta = new byte[elements];
    this.scales = new float[elements / group];
    this.shifts = new float[elements / group];
    this.zeros = new byte[elements / group];
    Arrays.fill(zeros, (byte) (1 << bits - 1));
  }

  /** Reads the block at {@code at} into {@code floats} from {@code to} on. */
  void block(ByteBuffer in, int at, float[] floats, int to) {
    layout.quanta(in, at, quanta);
    layout.scales(in, at, scales);
    layout.shifts(in, at, shifts);
    layout.zeros(in, at, zeros);
    for (int g = 0; g < scales.length; g++) {
      float scale = scales[g];
      float shift = shifts[g];
      int zero = zeros[g] & 0xff;
      for (int i = g * group; i < (g + 1) * group; i++) {
        floats[to + i] = scale * ((quanta[i] & 0xff) - zero) + shift;
      }
    }
  }
}
