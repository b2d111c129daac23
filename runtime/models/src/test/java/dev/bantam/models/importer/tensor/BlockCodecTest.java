package dev.bantam.models.importer.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BlockCodecTest {

  private static final int BLOCK = 32;

  /** Half floats of the values 1, 0.5, -2 and the smallest subnormal. */
  private static final short[] HALVES = {0x3c00, 0x3800, (short) 0xc000, 0x0001};

  private static final float[] FLOATS = {1f, 0.5f, -2f, 0x1p-24f};

  private final Random random = new Random(3);

  @Test
  void shouldWidenHalvesExactly() {
    for (int i = 0; i < HALVES.length; i++) {
      assertThat(HalfFloat.toFloat(HALVES[i])).isEqualTo(FLOATS[i]);
    }
    assertThat(HalfFloat.toFloat((short) 0x7bff)).isEqualTo(65504f);
    assertThat(HalfFloat.toFloat((short) 0xfc00)).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(HalfFloat.toFloat((short) 0x7e00)).isNaN();
  }

  @Test
  void shouldKeepQ40Exact() {
    for (int i = 0; i < HALVES.length; i++) {
      ByteBuffer block = block(18, HALVES[i]);
      ByteBuffer nibbles = convert(BlockCodec.NIBBLES_Q4_0, block);
      float scale = convert(BlockCodec.SCALES_Q4_0, block).getFloat();
      for (int element = 0; element < BLOCK; element++) {
        float expected = FLOATS[i] * (nibble(block, 2, element) - 8);
        assertThat(scale * (packed(nibbles, element) - 8)).isEqualTo(expected);
      }
    }
  }

  @Test
  void shouldKeepQ41ToTheLastBitsOfAFloat() {
    for (int i = 0; i < HALVES.length; i++) {
      ByteBuffer block = block(20, HALVES[i], HALVES[3 - i]);
      ByteBuffer nibbles = convert(BlockCodec.NIBBLES_Q4_1, block);
      float scale = convert(BlockCodec.SCALES_Q4_1, block).getFloat();
      float shift = convert(BlockCodec.SHIFTS_Q4_1, block).getFloat();
      for (int element = 0; element < BLOCK; element++) {
        float expected = FLOATS[i] * nibble(block, 4, element) + FLOATS[3 - i];
        assertThat(scale * (packed(nibbles, element) - 8) + shift)
            .isCloseTo(expected, within(1e-6f));
      }
    }
  }

  @Test
  void shouldKeepQ80Exact() {
    for (int i = 0; i < HALVES.length; i++) {
      ByteBuffer block = block(34, HALVES[i]);
      ByteBuffer quanta = convert(BlockCodec.BYTES_Q8_0, block);
      float scale = convert(BlockCodec.SCALES_Q8_0, block).getFloat();
      for (int element = 0; element < BLOCK; element++) {
        float expected = FLOATS[i] * block.get(2 + element);
        assertThat(scale * ((quanta.get(element) & 0xff) - 128)).isEqualTo(expected);
      }
    }
  }

  @Test
  void shouldReportNumbersThatAreNotFinite() {
    ByteBuffer block = block(18, (short) 0x7e00);
    ByteBuffer out = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(BlockCodec.SCALES_Q4_0.convert(block, out)).isFalse();
  }

  private ByteBuffer block(int bytes, short... head) {
    byte[] content = new byte[bytes];
    random.nextBytes(content);
    ByteBuffer block = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < head.length; i++) {
      block.putShort(2 * i, head[i]);
    }
    return block;
  }

  private static ByteBuffer convert(BlockCodec codec, ByteBuffer block) {
    ByteBuffer out = ByteBuffer.allocate(codec.outBytes()).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(codec.convert(block.duplicate().order(ByteOrder.LITTLE_ENDIAN), out)).isTrue();
    assertThat(out.remaining()).isZero();
    return out.flip();
  }

  /** An element as ggml stores it: j and j + 16 share byte j. */
  private static int nibble(ByteBuffer block, int head, int element) {
    int both = block.get(head + element % 16) & 0xff;
    return element < 16 ? both & 15 : both >> 4;
  }

  /** An element as MatMulNBits reads it: 2j and 2j + 1 share byte j. */
  private static int packed(ByteBuffer nibbles, int element) {
    int both = nibbles.get(element / 2) & 0xff;
    return element % 2 == 0 ? both & 15 : both >> 4;
  }
}
