package dev.bantam.inference.session;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.TensorInfo;
import dev.bantam.spi.TaskException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a graph's input or output has to be.
 *
 * @param types element types, one of which it has
 * @param shape sizes; {@link #ANY} accepts every size, and a size of the graph's that is not fixed
 *     is accepted, too
 */
record TensorForm(List<OnnxJavaType> types, long... shape) {

  static final long ANY = -1;

  /**
   * @param kind "input" or "output"
   * @throws TaskException if the graph's is of another form
   */
  void check(String kind, NodeInfo info) throws TaskException {
    if (!accepts(info)) {
      throw GraphContract.mismatch(
          "%s \"%s\" should be %s, but is %s"
              .formatted(kind, info.getName(), this, describe(info)));
    }
  }

  private boolean accepts(NodeInfo info) {
    if (!(info.getInfo() instanceof TensorInfo found) || !types.contains(found.type)) {
      return false;
    }
    long[] sizes = found.getShape();
    if (sizes.length != shape.length) {
      return false;
    }
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] != ANY && sizes[i] != ANY && shape[i] != sizes[i]) {
        return false;
      }
    }
    return true;
  }

  /** The element type of a tensor. */
  static Optional<OnnxJavaType> typeOf(@Nullable NodeInfo info) {
    return info != null && info.getInfo() instanceof TensorInfo tensor
        ? Optional.of(tensor.type)
        : Optional.empty();
  }

  /** The size of a known tensor along an axis it has; {@link #ANY} if it is not fixed. */
  static long size(Map<String, NodeInfo> values, String name, int axis) {
    NodeInfo info = values.get(name);
    return info != null && info.getInfo() instanceof TensorInfo tensor
        ? tensor.getShape()[axis]
        : ANY;
  }

  private static String describe(NodeInfo info) {
    return info.getInfo() instanceof TensorInfo tensor
        ? tensor.type + " " + Arrays.toString(tensor.getShape())
        : "no tensor";
  }

  @Override
  public String toString() {
    String type =
        types.stream().map(OnnxJavaType::name).reduce((a, b) -> a + " or " + b).orElse("");
    return type + " " + Arrays.toString(shape);
  }
}
