package dev.bantam.models.importer.tensor;

import java.nio.ByteBuffer;

/**
 * Where a ggml type's block holds its weights, written as {@code w = scale * (q - zero) + shift}: q
 * is an unsigned quantum of 4 or 8 bits, zero mostly half of its range (8 or 128), and scale, zero
 * and shift are shared by a group of neighbours. The layouts are those of ggml-common.h, the
 * arithmetic that of ggml-quants.c, both in the ggml repository. Buffers are little-endian and are
 * read from {@code at} on; nothing moves their position.
 */
interface BlockLayout {

  /**
   * @param quanta takes all of the block's, in the order of its elements
   */
  void quanta(ByteBuffer in, int at, byte[] quanta);

  /**
   * @param scales takes one a group
   */
  void scales(ByteBuffer in, int at, float[] scales);

  /**
   * @param shifts takes one a group; left as they are where weights have none
   */
  default void shifts(ByteBuffer in, int at, float[] shifts) {}

  /**
   * @param zeros takes one a group; left as they are where all are half of the range
   */
  default void zeros(ByteBuffer in, int at, byte[] zeros) {}
}
