package dev.bantam.models.importer.cache;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeadPairsTest {

  /** Two heads of four elements. */
  private static final float[] RANGES = {3, 4, 6, 8, 0, 5, 12, 0};

  private static final TensorProto TABLE =
      TensorProto.newBuilder().setName("cos").addDims(100).addDims(2).build();

  private static final TensorProto NARROW_TABLE =
      TensorProto.newBuilder().setName("cos").addDims(100).addDims(1).build();

  @Test
  void shouldEvenNeighbours() {
    // Given
    NodeProto attention = attention("qkv").addAttribute(number("rotary_interleaved", 1)).build();

    // When
    float[] evened = pairs(TABLE, attention).evened(attention, RANGES);

    // Then
    assertThat(evened).containsExactly(5, 5, 10, 10, 5, 5, 12, 12);
  }

  @Test
  void shouldEvenTheHalvesOfAHead() {
    // Given
    NodeProto attention = attention("qkv").build();

    // When
    float[] evened = pairs(TABLE, attention).evened(attention, RANGES);

    // Then
    float first = (float) Math.hypot(3, 6);
    float second = (float) Math.hypot(4, 8);
    assertThat(evened).containsExactly(first, second, first, second, 12, 5, 12, 5);
  }

  @Test
  void shouldLeaveWhatIsNotTurned() {
    // Given a table for the first two elements of a head
    NodeProto attention = attention("qkv").build();

    // When
    float[] evened = pairs(NARROW_TABLE, attention).evened(attention, RANGES);

    // Then
    assertThat(evened).containsExactly(5, 5, 6, 8, 5, 5, 12, 0);
  }

  @Test
  void shouldFindARotationThatStandsBeforeAttention() {
    // Given
    NodeProto rotation =
        NodeProto.newBuilder()
            .setOpType("RotaryEmbedding")
            .addAllInput(List.of("k", "positions", "cos", "sin"))
            .addOutput("k.rotated")
            .addAttribute(number("interleaved", 1))
            .build();
    NodeProto attention =
        NodeProto.newBuilder()
            .setOpType("GroupQueryAttention")
            .addAllInput(List.of("q.rotated", "k.rotated", "v", "past.key", "past.value"))
            .addAttribute(number("kv_num_heads", 2))
            .build();

    // When
    float[] evened = pairs(TABLE, rotation, attention).evened(attention, RANGES);

    // Then
    assertThat(evened).containsExactly(5, 5, 10, 10, 5, 5, 12, 12);
  }

  @Test
  void shouldChangeNothingWithoutRotation() {
    // Given
    NodeProto attention =
        NodeProto.newBuilder()
            .setOpType("GroupQueryAttention")
            .addAllInput(List.of("qkv", "", ""))
            .addAttribute(number("kv_num_heads", 2))
            .build();

    // Then
    assertThat(pairs(TABLE, attention).evened(attention, RANGES)).isEqualTo(RANGES);
  }

  private static HeadPairs pairs(TensorProto table, NodeProto... nodes) {
    return new HeadPairs(
        GraphProto.newBuilder().addInitializer(table).addAllNode(List.of(nodes)).build());
  }

  private static NodeProto.Builder attention(String projected) {
    return NodeProto.newBuilder()
        .setOpType("GroupQueryAttention")
        .addAllInput(List.of(projected, "", "", "past.key", "past.value", "length", "total"))
        .addAllInput(List.of("cos", "sin"))
        .addAttribute(number("kv_num_heads", 2))
        .addAttribute(number("do_rotary", 1));
  }

  private static AttributeProto number(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }
}
