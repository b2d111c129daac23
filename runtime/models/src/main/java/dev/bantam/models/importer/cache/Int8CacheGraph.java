package dev.bantam.models.importer.cache;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import dev.bantam.models.CacheRanges;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes of a graph that Bantam built the one with a KV cache of bytes: {@code GroupQueryAttention}
 * rounds keys and values to {@code [-127, 127]} by a constant scale for each element of a head as
 * it writes them, and reads them so (ONNX Runtime's contributed operators, attributes {@code
 * k_quant_type} and {@code v_quant_type}). All else stays, the weights' file included.
 */
public final class Int8CacheGraph {

  private static final String ATTENTION = "GroupQueryAttention";
  private static final String PAST_KEY = "past_key_values.0.key";
  private static final String PRESENT = "present.";
  private static final int PAST_KEY_INPUT = 3;
  private static final int PAST_VALUE_INPUT = 4;

  /** Inputs of the operator before the scales. */
  private static final int BEFORE_SCALES = 12;

  private static final int STEPS = 127;

  /** Room above what calibration saw; what exceeds it is cut off. */
  private static final float HEADROOM = 1.1f;

  /** For elements that were always 0. */
  private static final float LEAST = 1e-6f;

  private Int8CacheGraph() {}

  /** Whether a graph is of the kind that {@link #of} takes: attention over a cache of floats. */
  public static boolean canBeMade(ModelProto model) {
    return model.getGraph().getInputList().stream()
            .anyMatch(
                input ->
                    input.getName().equals(PAST_KEY)
                        && input.getType().getTensorType().getElemType()
                            == TensorProto.DataType.FLOAT_VALUE)
        && model.getGraph().getInputList().stream()
            .anyMatch(input -> input.getName().equals("logits_rows"));
  }

  /**
   * @param ranges of the same graph's keys and values
   * @throws IllegalArgumentException if they have not as many layers, or not as many elements
   */
  public static ModelProto of(ModelProto model, CacheRanges ranges) {
    ModelProto.Builder made = model.toBuilder();
    GraphProto.Builder graph = made.getGraphBuilder();
    graph.getInputBuilderList().forEach(Int8CacheGraph::keepBytes);
    graph.getOutputBuilderList().forEach(Int8CacheGraph::keepBytes);
    HeadPairs pairs = new HeadPairs(model.getGraph());
    List<NodeProto.Builder> layers =
        graph.getNodeBuilderList().stream()
            .filter(node -> node.getOpType().equals(ATTENTION))
            .toList();
    if (2 * layers.size() != ranges.parts().size()) {
      throw new IllegalArgumentException(
          "%d parts of caches for %d layers".formatted(ranges.parts().size(), layers.size()));
    }
    for (int layer = 0; layer < layers.size(); layer++) {
      NodeProto.Builder node = layers.get(layer);
      float[] keys = pairs.evened(node, ranges.parts().get(2 * layer));
      float[] values = ranges.parts().get(2 * layer + 1);
      String keyScales = node.getInput(PAST_KEY_INPUT) + ".scale";
      String valueScales = node.getInput(PAST_VALUE_INPUT) + ".scale";
      graph.addInitializer(scales(keyScales, node, keys));
      graph.addInitializer(scales(valueScales, node, values));
      round(node, keyScales, valueScales);
    }
    return made.build();
  }

  private static void keepBytes(ValueInfoProto.Builder value) {
    if (value.getName().startsWith("past_key_values.") || value.getName().startsWith(PRESENT)) {
      value.getTypeBuilder().getTensorTypeBuilder().setElemType(TensorProto.DataType.INT8_VALUE);
    }
  }

  private static void round(NodeProto.Builder node, String keyScales, String valueScales) {
    List<String> inputs = new ArrayList<>(node.getInputList());
    while (inputs.size() < BEFORE_SCALES) {
      inputs.add("");
    }
    inputs.add(keyScales);
    inputs.add(valueScales);
    node.clearInput().addAllInput(inputs);
    node.addAttribute(text("k_quant_type")).addAttribute(text("v_quant_type"));
    node.addAttributeBuilder()
        .setName("kv_cache_bit_width")
        .setType(AttributeProto.AttributeType.INT)
        .setI(Byte.SIZE);
  }

  private static AttributeProto text(String name) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.STRING)
        .setS(ByteString.copyFromUtf8("PER_CHANNEL"))
        .build();
  }

  /** {@code [1, kv_heads, 1, head_size]}. */
  private static TensorProto scales(String name, NodeProto.Builder node, float[] ranges) {
    long heads = HeadPairs.number(node, "kv_num_heads");
    if (heads == 0 || ranges.length % heads != 0) {
      throw new IllegalArgumentException(
          "%d elements for %d heads".formatted(ranges.length, heads));
    }
    ByteBuffer bytes =
        ByteBuffer.allocate(ranges.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float range : ranges) {
      bytes.putFloat(Math.max(LEAST, range * HEADROOM / STEPS));
    }
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(TensorProto.DataType.FLOAT_VALUE)
        .addDims(1)
        .addDims(heads)
        .addDims(1)
        .addDims(ranges.length / heads)
        .setRawData(ByteString.copyFrom(bytes.flip()))
        .build();
  }
}
