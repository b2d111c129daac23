package dev.bantam.models.importer.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.bantam.models.ModelException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/** The operators of a graph, as far as they have kernels of their own. */
public final class GraphOperators {

  private GraphOperators() {}

  /**
   * Their names; to one whose kernel depends on the bits of its weights ":" and these are added,
   * such as {@code MatMulNBits:4}. Blocking.
   *
   * @throws ModelException if the file cannot be read
   */
  public static Set<String> of(Path graph) throws ModelException {
    Set<String> operators = new TreeSet<>();
    NodeScan.of(graph).nodes().forEach(placed -> operators.add(operator(placed.node())));
    return operators;
  }

  private static String operator(NodeProto node) {
    return node.getAttributeList().stream()
        .filter(attribute -> attribute.getName().equals("bits"))
        .filter(attribute -> node.getOpType().equals("MatMulNBits"))
        .mapToLong(AttributeProto::getI)
        .mapToObj(bits -> node.getOpType() + ":" + bits)
        .findFirst()
        .orElse(node.getOpType());
  }
}
