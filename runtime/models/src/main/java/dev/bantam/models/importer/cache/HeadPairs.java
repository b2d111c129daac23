package dev.bantam.models.importer.cache;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.NodeProtoOrBuilder;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.HashMap;
import java.util.Map;

/**
 * Which elements of a key's head are turned into each other by its position. A text for calibration
 * is short, and slow pairs hardly turn in it; far from the beginning either element may have what
 * both have together. So both get the length of the two greatest as their range.
 */
final class HeadPairs {

  private static final String ROTATION = "RotaryEmbedding";

  /** Of attention: keys where they come apart from queries, and the table of cosines. */
  private static final int KEY_INPUT = 1;

  private static final int ATTENTION_TABLE = 7;

  /** The table of cosines of a rotation that stands before attention. */
  private static final int ROTATION_TABLE = 2;

  private final Map<String, NodeProto> makers = new HashMap<>();
  private final Map<String, Long> tableWidths = new HashMap<>();

  HeadPairs(GraphProto graph) {
    for (NodeProto node : graph.getNodeList()) {
      node.getOutputList().forEach(output -> makers.put(output, node));
    }
    for (TensorProto tensor : graph.getInitializerList()) {
      if (tensor.getDimsCount() == 2) {
        tableWidths.put(tensor.getName(), tensor.getDims(1));
      }
    }
  }

  /**
   * @param ranges of keys, {@code [kv_heads * head_size]}
   * @return the same, with equal ranges for what is turned together
   */
  float[] evened(NodeProtoOrBuilder attention, float[] ranges) {
    NodeProto rotation = makers.get(attention.getInput(KEY_INPUT));
    if (number(attention, "do_rotary") == 1) {
      boolean isInterleaved = number(attention, "rotary_interleaved") == 1;
      return evened(attention, ranges, attention.getInput(ATTENTION_TABLE), isInterleaved);
    }
    if (rotation != null && rotation.getOpType().equals(ROTATION)) {
      boolean isInterleaved = number(rotation, "interleaved") == 1;
      return evened(attention, ranges, rotation.getInput(ROTATION_TABLE), isInterleaved);
    }
    return ranges;
  }

  private float[] evened(
      NodeProtoOrBuilder attention, float[] ranges, String table, boolean isInterleaved) {
    int head = (int) (ranges.length / number(attention, "kv_num_heads"));
    int pairs = (int) Math.min(head / 2, tableWidths.getOrDefault(table, head / 2L));
    float[] evened = ranges.clone();
    for (int start = 0; start < ranges.length; start += head) {
      for (int pair = 0; pair < pairs; pair++) {
        int first = start + (isInterleaved ? 2 * pair : pair);
        int second = first + (isInterleaved ? 1 : pairs);
        float length = (float) Math.hypot(ranges[first], ranges[second]);
        evened[first] = length;
        evened[second] = length;
      }
    }
    return evened;
  }

  /** An attribute; 0 if it is not there. */
  static long number(NodeProtoOrBuilder node, String attribute) {
    return node.getAttributeList().stream()
        .filter(each -> each.getName().equals(attribute))
        .mapToLong(AttributeProto::getI)
        .findFirst()
        .orElse(0);
  }
}
