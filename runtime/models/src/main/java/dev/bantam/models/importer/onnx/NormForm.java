package dev.bantam.models.importer.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;

/** Finds norms over the last axis by the forms that exporters give them: one node, or nine. */
final class NormForm {

  private static final float SQUARE = 2;

  /** Of LayerNormalization where it names none. */
  private static final float USUAL_EPSILON = 1e-5f;

  private final Map<String, NodeScan.Placed> makers;
  private final Map<String, TensorProto> constants;

  /**
   * @param makers nodes by their outputs
   * @param constants by name
   */
  NormForm(Map<String, NodeScan.Placed> makers, Map<String, TensorProto> constants) {
    this.makers = makers;
    this.constants = constants;
  }

  /**
   * A norm.
   *
   * @param last the node that gives it out
   */
  record Norm(NodeScan.Placed last, String of, String weight, String bias, float epsilon) {

    String output() {
      return last.node().getOutput(0);
    }
  }

  /** The norm that a node gives out, if it does. */
  Optional<Norm> norm(NodeScan.Placed last) {
    NodeProto node = last.node();
    if (node.getOutputCount() != 1) {
      return Optional.empty();
    }
    if (!node.getOpType().equals("LayerNormalization")) {
      return writtenOut(last);
    }
    boolean lastAxis = attribute(node, "axis").map(AttributeProto::getI).orElse(-1L) == -1;
    float epsilon = attribute(node, "epsilon").map(AttributeProto::getF).orElse(USUAL_EPSILON);
    return node.getInputCount() == 3 && lastAxis
        ? Optional.of(new Norm(last, node.getInput(0), node.getInput(1), node.getInput(2), epsilon))
        : Optional.empty();
  }

  /** {@code (x - mean) / sqrt(mean((x - mean)^2) + epsilon) * weight + bias}. */
  private Optional<Norm> writtenOut(NodeScan.Placed last) {
    Optional<NodeProto> scaled = maker(last.node(), "Add", 0).filter(isA("Mul"));
    Optional<NodeProto> divided = scaled.flatMap(node -> maker(node, "Mul", 0)).filter(isA("Div"));
    Optional<NodeProto> centred = divided.flatMap(node -> maker(node, "Div", 0)).filter(isA("Sub"));
    Optional<NodeProto> variance =
        divided
            .flatMap(node -> maker(node, "Div", 1))
            .flatMap(node -> maker(node, "Sqrt", 0))
            .filter(isA("Add"));
    if (centred.isEmpty() || variance.isEmpty()) {
      return Optional.empty();
    }
    String of = centred.get().getInput(0);
    String difference = centred.get().getOutput(0);
    OptionalDouble epsilon = scalar(variance.get().getInput(1));
    boolean sound =
        isVector(last.node().getInput(1))
            && isVector(scaled.get().getInput(1))
            && epsilon.isPresent()
            && isMean(centred.get().getInput(1), of)
            && isMeanSquare(variance.get().getInput(0), difference);
    return sound
        ? Optional.of(
            new Norm(
                last,
                of,
                scaled.get().getInput(1),
                last.node().getInput(1),
                (float) epsilon.getAsDouble()))
        : Optional.empty();
  }

  private boolean isMeanSquare(String name, String of) {
    return mean(name)
        .flatMap(node -> maker(node, "ReduceMean", 0))
        .filter(isA("Pow"))
        .filter(node -> node.getInput(0).equals(of))
        .filter(node -> scalar(node.getInput(1)).orElse(0) == SQUARE)
        .isPresent();
  }

  private boolean isMean(String name, String of) {
    return mean(name).filter(node -> node.getInput(0).equals(of)).isPresent();
  }

  /** The node of that output, if it takes the mean over the last axis and keeps that. */
  private Optional<NodeProto> mean(String name) {
    return maker(name)
        .filter(isA("ReduceMean"))
        .filter(node -> attribute(node, "keepdims").map(AttributeProto::getI).orElse(1L) == 1)
        .filter(node -> axes(node).equals(List.of(-1L)));
  }

  /** Until opset 17 an attribute, then an input. */
  private List<Long> axes(NodeProto node) {
    Optional<AttributeProto> attribute = attribute(node, "axes");
    if (attribute.isPresent() || node.getInputCount() < 2) {
      return attribute.map(AttributeProto::getIntsList).orElse(List.of());
    }
    TensorProto tensor = constants.get(node.getInput(1));
    if (tensor == null || tensor.getDataType() != TensorProto.DataType.INT64.getNumber()) {
      return List.of();
    }
    return tensor.getRawData().size() == Long.BYTES
        ? List.of(littleEndian(tensor).getLong())
        : tensor.getInt64DataList();
  }

  private static Predicate<NodeProto> isA(String operator) {
    return node -> node.getOpType().equals(operator);
  }

  private Optional<NodeProto> maker(String name) {
    return Optional.ofNullable(makers.get(name)).map(NodeScan.Placed::node);
  }

  /** What makes an input of a node, if the node is of that operator. */
  private Optional<NodeProto> maker(NodeProto node, String operator, int input) {
    return node.getOpType().equals(operator) && input < node.getInputCount()
        ? maker(node.getInput(input))
        : Optional.empty();
  }

  private static Optional<AttributeProto> attribute(NodeProto node, String name) {
    return node.getAttributeList().stream().filter(each -> each.getName().equals(name)).findFirst();
  }

  private Optional<TensorProto> floats(String name) {
    return Optional.ofNullable(constants.get(name))
        .filter(tensor -> tensor.getDataType() == TensorProto.DataType.FLOAT.getNumber());
  }

  private boolean isVector(String name) {
    return floats(name).filter(tensor -> tensor.getDimsCount() == 1).isPresent();
  }

  private OptionalDouble scalar(String name) {
    Optional<TensorProto> tensor = floats(name);
    if (tensor.isPresent() && tensor.get().getFloatDataCount() == 1) {
      return OptionalDouble.of(tensor.get().getFloatData(0));
    }
    return tensor.isPresent() && tensor.get().getRawData().size() == Float.BYTES
        ? OptionalDouble.of(littleEndian(tensor.get()).getFloat())
        : OptionalDouble.empty();
  }

  private static ByteBuffer littleEndian(TensorProto tensor) {
    return tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }
}
