package dev.bantam.models.importer.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The parts of each type against the floats of PyPI's gguf (src/test/golden/tensor_types.py). */
class BlockCodecTest {

  /** Half floats of the values 1, 0.5, -2 and the smallest subnormal. */
  private static final short[] HALVES = {0x3c00, 0x3800, (short) 0xc000, 0x0001};

  private static final float[] FLOATS = {1f, 0.5f, -2f, 0x1p-24f};

  /** Of the sum of two terms, and so of the rounding that a sum may bring. */
  private static final float FLOAT_ROUNDING = 0x1p-22f;

  @Test
  void shouldWidenHalvesExactly() {
    for (int i = 0; i < HALVES.length; i++) {
      assertThat(HalfFloat.toFloat(HALVES[i])).isEqualTo(FLOATS[i]);
    }
    assertThat(HalfFloat.toFloat((short) 0x7bff)).isEqualTo(65504f);
    assertThat(HalfFloat.toFloat((short) 0xfc00)).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(HalfFloat.toFloat((short) 0x7e00)).isNaN();
  }

  @ParameterizedTest
  @EnumSource
  void shouldKeepEachTypesWeights(WeightFormat format) throws Exception {
    assumeTrue(format.elements().source().isInFiles(), "Bantam's own types have no other reader");

    // Given
    JsonNode fixture = fixture(format);
    ByteBuffer blocks = buffer(fixture.get("blocks"));
    ByteBuffer expected = buffer(fixture.get("floats"));

    // When
    float[] dequantized = new float[expected.remaining() / Float.BYTES];
    format.dequantize(blocks, dequantized);
    ByteBuffer elements = convert(format.elements(), blocks);

    // Then
    if (format.isDense()) {
      assertThat(elements).isEqualTo(expected);
      return;
    }
    ByteBuffer scales = convert(format.scales().orElseThrow(), blocks);
    for (int i = 0; i < expected.remaining() / Float.BYTES; i++) {
      int group = i / format.block() * Float.BYTES;
      float scaled = scales.getFloat(group) * quantum(elements, format, i);
      float weight = expected.getFloat(i * Float.BYTES);
      if (format.shifts().isPresent()) {
        float shift = convert(format.shifts().get(), blocks).getFloat(group);
        float most = (Math.abs(scaled) + Math.abs(shift)) * FLOAT_ROUNDING;
        assertThat(scaled + shift).isCloseTo(weight, within(most));
        assertThat(dequantized[i]).isEqualTo(scaled + shift);
      } else {
        assertThat(scaled).isEqualTo(weight);
        assertThat(dequantized[i]).isEqualTo(weight);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldReportNumbersThatAreNotFinite(WeightFormat format) throws Exception {
    // Given
    byte[] block = new byte[format.elements().source().blockBytes()];
    Arrays.fill(block, (byte) 0xff);

    // When
    ByteBuffer in = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
    BlockCodec numbers = format.scales().orElse(format.elements());

    // Then
    assertThat(numbers.convert(in, out(numbers, block.length))).isFalse();
  }

  /** As MatMulNBits reads it: less half of the range; of 4 bits, 2j and 2j + 1 share byte j. */
  private static int quantum(ByteBuffer elements, WeightFormat format, int i) {
    return switch (format.bits()) {
      case 8 -> (elements.get(i) & 0xff) - 128;
      case 4 -> (elements.get(i / 2) >> i % 2 * 4 & 15) - 8;
      default -> throw new AssertionError(format);
    };
  }

  private static ByteBuffer convert(BlockCodec codec, ByteBuffer blocks) {
    ByteBuffer out = out(codec, blocks.remaining());
    assertThat(codec.convert(blocks.duplicate().order(ByteOrder.LITTLE_ENDIAN), out)).isTrue();
    assertThat(out.remaining()).isZero();
    return out.flip();
  }

  private static ByteBuffer out(BlockCodec codec, int inBytes) {
    int blocks = inBytes / codec.source().blockBytes();
    return ByteBuffer.allocate(blocks * codec.outBytes()).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static JsonNode fixture(WeightFormat format) throws Exception {
    return new ObjectMapper()
        .readTree(BlockCodecTest.class.getResource("blocks.json"))
        .get(format.name());
  }

  private static ByteBuffer buffer(JsonNode base64) throws Exception {
    byte[] bytes = Base64.getDecoder().decode(base64.asText());
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
