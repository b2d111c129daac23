package dev.bantam.models.importer.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.bantam.models.ModelException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Makes one node of each sum with its norm in an export of 8 bits, where ONNX Runtime leaves them
 * apart: it must know both shapes for that, and behind quantized products it does not. Apart they
 * take up to a quarter of a run (decision 0073).
 *
 * <p>A norm is found by its form. A node {@code SkipLayerNormalization} takes the place of its last
 * one; those before it go with it where nothing else wants what they make, for ONNX Runtime runs
 * every node that is there.
 */
final class SkipNorms {

  private static final String MICROSOFT = "com.microsoft";
  private static final float SQUARE = 2;

  /** Of LayerNormalization where it names none. */
  private static final float USUAL_EPSILON = 1e-5f;

  private final NodeScan.Found found;
  private final Map<String, NodeScan.Placed> makers = new HashMap<>();

  /** How many inputs of nodes, and outputs of the graph, a value is. */
  private final Map<String, Integer> uses = new HashMap<>();

  /** Outputs of norms: all have the shape of the stream of hidden states. */
  private final Set<String> normed = new HashSet<>();

  private final List<Edit.Replaced> edits = new ArrayList<>();

  private SkipNorms(NodeScan.Found found) {
    this.found = found;
    for (NodeScan.Placed placed : found.nodes()) {
      placed.node().getOutputList().forEach(output -> makers.put(output, placed));
      placed.node().getInputList().forEach(this::use);
    }
    found.outputs().forEach(this::use);
  }

  private void use(String value) {
    uses.merge(value, 1, Integer::sum);
  }

  /**
   * A norm.
   *
   * @param last the node that gives it out
   */
  private record Norm(NodeScan.Placed last, String of, String weight, String bias, float epsilon) {

    String output() {
      return last.node().getOutput(0);
    }
  }

  /**
   * @param graph in which {@link GraphScan} found no fault
   */
  static SkipNorms of(Path graph) throws ModelException {
    NodeScan.Found found = NodeScan.of(graph);
    SkipNorms norms = new SkipNorms(found);
    if (found.complete()) {
      for (NodeScan.Placed placed : found.nodes()) {
        norms.norm(placed).ifPresent(norms::join);
      }
    }
    return norms;
  }

  /**
   * The changes to the file.
   *
   * @param others changes that are made anyway, from the file's beginning to its end
   * @return these and those, likewise
   */
  List<Edit> with(List<Edit> others) {
    if (edits.isEmpty()) {
      return others;
    }
    long growth = edits.stream().mapToLong(edit -> edit.bytes().length - edit.length()).sum();
    Edit.Length length = found.graphLength();
    List<Edit> all = new ArrayList<>(edits);
    for (Edit other : others) {
      if (other instanceof Edit.Length changed && changed.offset() == length.offset()) {
        length = changed;
      } else {
        all.add(other);
      }
    }
    all.add(new Edit.Length(length.offset(), length.length(), length.value() + growth));
    all.sort(Comparator.comparingLong(Edit::offset));
    return all;
  }

  /** What is put behind the file: the domain of the new nodes, if the model does not import it. */
  byte[] suffix() {
    ModelProto.Builder model = ModelProto.newBuilder();
    if (!edits.isEmpty() && !found.domains().contains(MICROSOFT)) {
      model.addOpsetImportBuilder().setDomain(MICROSOFT).setVersion(1);
    }
    return model.build().toByteArray();
  }

  private Optional<Norm> norm(NodeScan.Placed last) {
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
    TensorProto tensor = found.constants().get(node.getInput(1));
    if (tensor == null || tensor.getDataType() != TensorProto.DataType.INT64.getNumber()) {
      return List.of();
    }
    return tensor.getRawData().size() == Long.BYTES
        ? List.of(littleEndian(tensor).getLong())
        : tensor.getInt64DataList();
  }

  private void join(Norm norm) {
    List<String> summands = summands(norm.of());
    normed.add(norm.output());
    if (summands.isEmpty()) {
      return;
    }
    NodeProto joined =
        NodeProto.newBuilder()
            .setName(norm.last().node().getName())
            .setOpType("SkipLayerNormalization")
            .setDomain(MICROSOFT)
            .addAllInput(summands)
            .addInput(norm.weight())
            .addInput(norm.bias())
            .addOutput(norm.output())
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("epsilon")
                    .setType(AttributeProto.AttributeType.FLOAT)
                    .setF(norm.epsilon()))
            .build();
    joined.getInputList().forEach(this::use);
    replace(norm.last(), GraphProto.newBuilder().addNode(joined).build().toByteArray());
  }

  /** Puts other bytes in a node's place, and removes what only that node wanted. */
  private void replace(NodeScan.Placed placed, byte[] bytes) {
    edits.add(new Edit.Replaced(placed.offset(), placed.length(), bytes));
    for (String input : placed.node().getInputList()) {
      int left = uses.merge(input, -1, Integer::sum);
      NodeScan.Placed maker = makers.get(input);
      if (left == 0 && maker != null && isRemovable(maker.node())) {
        replace(maker, new byte[0]);
      }
    }
  }

  /** Constants stay: they cost nothing, and may have data elsewhere. */
  private static boolean isRemovable(NodeProto node) {
    return node.getOutputCount() == 1 && !node.getOpType().equals("Constant");
  }

  /** The stream of hidden states and what is added to it; empty if the value is no such sum. */
  private List<String> summands(String sum) {
    Optional<NodeProto> node = maker(sum).filter(isA("Add"));
    if (node.isEmpty()) {
      return List.of();
    }
    String first = node.get().getInput(0);
    String second = node.get().getInput(1);
    if (found.constants().containsKey(first) || found.constants().containsKey(second)) {
      return List.of();
    }
    if (normed.contains(first)) {
      return List.of(first, second);
    }
    return normed.contains(second) ? List.of(second, first) : List.of();
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
    return Optional.ofNullable(found.constants().get(name))
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
