package dev.bantam.models.importer.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.bantam.models.ModelException;
import dev.bantam.models.importer.graph.Operator;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The operators of a graph, as far as they have kernels of their own. */
public final class GraphOperators {

  /** Of operators whose kernel depends on it: the attribute with the bits of what it reads. */
  private static final Map<String, String> BITS =
      Map.of(
          Operator.MATMUL_NBITS.type(), "bits",
          Operator.GATHER_BLOCK_QUANTIZED.type(), "bits",
          Operator.GROUP_QUERY_ATTENTION.type(), "kv_cache_bit_width");

  /** Of these, where the attribute is not there (ONNX Runtime's contributed operators). */
  private static final Map<String, Long> USUAL_BITS =
      Map.of(Operator.MATMUL_NBITS.type(), 4L, Operator.GATHER_BLOCK_QUANTIZED.type(), 4L);

  private GraphOperators() {}

  /**
   * Their names; to one whose kernel depends on the bits of its weights, or of its KV cache if that
   * is none of floats, ":" and these are added, such as {@code MatMulNBits:4} and {@code
   * GroupQueryAttention:8}. Blocking.
   *
   * @throws ModelException if the file cannot be read
   */
  public static Set<String> of(Path graph) throws ModelException {
    Set<String> operators = new TreeSet<>();
    NodeScan.of(graph).nodes().forEach(placed -> operators.add(operator(placed.node())));
    return operators;
  }

  private static String operator(NodeProto node) {
    String type = node.getOpType();
    String attribute = BITS.get(type);
    long bits =
        node.getAttributeList().stream()
            .filter(each -> each.getName().equals(attribute))
            .mapToLong(AttributeProto::getI)
            .findFirst()
            .orElse(USUAL_BITS.getOrDefault(type, 0L));
    return bits == 0 ? type : type + ":" + bits;
  }
}
