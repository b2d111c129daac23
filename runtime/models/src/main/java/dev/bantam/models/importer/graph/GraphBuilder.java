package dev.bantam.models.importer.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.bantam.models.importer.tensor.ElementType;
import dev.bantam.models.importer.tensor.WeightPart;
import dev.bantam.models.importer.tensor.WeightsFile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Collects the nodes of a graph and the plan of its weights. Nothing is read or written before
 * {@link #build}; weights stay outside the graph, in a file beside it.
 */
public final class GraphBuilder {

  /** The newest that every operator used here is known in, and its file format's version. */
  private static final int OPSET = 18;

  private static final int IR_VERSION = 9;

  private final List<GraphValue> inputs = new ArrayList<>();
  private final List<GraphValue> outputs = new ArrayList<>();
  private final List<NodeProto> nodes = new ArrayList<>();
  private final Set<String> values = new HashSet<>();
  private final Map<String, TensorProto> constants = new LinkedHashMap<>();
  private final Map<String, WeightPart> weights = new LinkedHashMap<>();

  /** Names of weights that nodes use; the others are there for the views of them. */
  private final Set<String> initializers = new HashSet<>();

  /** Declares an input and returns its name. */
  public String input(GraphValue input) {
    define(input.name());
    inputs.add(input);
    return input.name();
  }

  /** Declares that a node's output of that name is an output of the graph. */
  public void output(GraphValue output) {
    outputs.add(output);
  }

  /** Begins a node. */
  public NodeBuilder node(Operator operator) {
    return new NodeBuilder(this, operator);
  }

  /** A small constant vector of int64, kept in the graph itself, and its name. */
  public String constant(String name, long... elements) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.INT64.getNumber())
            .addDims(elements.length);
    for (long element : elements) {
      tensor.addInt64Data(element);
    }
    constants.put(name, tensor.build());
    return name;
  }

  /** A float constant without dimensions, kept in the graph itself, and its name. */
  public String scalar(String name, float value) {
    constants.put(
        name,
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.FLOAT.getNumber())
            .addFloatData(value)
            .build());
    return name;
  }

  /** An int64 constant without dimensions, kept in the graph itself, and its name. */
  public String scalar(String name, long value) {
    constants.put(
        name,
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.INT64.getNumber())
            .addInt64Data(value)
            .build());
    return name;
  }

  /**
   * Plans a weight; a part of the same name is planned once.
   *
   * @return its name
   */
  public String weight(WeightPart part) {
    if (part instanceof WeightPart.View view) {
      weights.putIfAbsent(view.of().name(), view.of());
    }
    weights.putIfAbsent(part.name(), part);
    initializers.add(part.name());
    return part.name();
  }

  /** All planned weights, in the order in which they were asked for. */
  public Collection<WeightPart> weights() {
    return Collections.unmodifiableCollection(weights.values());
  }

  /** Whether an input or a node's output has that name. */
  public boolean defines(String value) {
    return values.contains(value);
  }

  /** Number of nodes so far. */
  public int nodeCount() {
    return nodes.size();
  }

  void add(NodeProto node) {
    node.getOutputList().stream().filter(name -> !name.isEmpty()).forEach(this::define);
    nodes.add(node);
  }

  private void define(String value) {
    if (!values.add(value)) {
      throw new IllegalStateException("value \"%s\" is defined twice".formatted(value));
    }
  }

  /**
   * The finished model.
   *
   * @param location name of the weights file, which must lie in the graph's folder
   */
  public ModelProto build(String location) {
    GraphProto.Builder graph = GraphProto.newBuilder().setName("decoder").addAllNode(nodes);
    inputs.forEach(input -> graph.addInput(input.toProto()));
    outputs.forEach(output -> graph.addOutput(output.toProto()));
    graph.addAllInitializer(constants.values());
    Map<String, Long> offsets = WeightsFile.offsets(weights.values());
    for (WeightPart part : weights.values()) {
      if (initializers.contains(part.name())) {
        long offset = Objects.requireNonNull(offsets.get(part.name()));
        graph.addInitializer(external(part, location, offset));
      }
    }
    ModelProto.Builder model =
        ModelProto.newBuilder().setIrVersion(IR_VERSION).setProducerName("bantam").setGraph(graph);
    model.addOpsetImportBuilder().setVersion(OPSET);
    model.addOpsetImportBuilder().setDomain(Operator.MICROSOFT).setVersion(1);
    return model.build();
  }

  private static TensorProto external(WeightPart part, String location, long offset) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(part.name())
            .setDataType(dataType(part.type()).getNumber())
            .addAllDims(part.shape())
            .setDataLocation(TensorProto.DataLocation.EXTERNAL);
    tensor.addExternalDataBuilder().setKey("location").setValue(location);
    tensor.addExternalDataBuilder().setKey("offset").setValue(Long.toString(offset));
    tensor.addExternalDataBuilder().setKey("length").setValue(Long.toString(part.bytes()));
    return tensor.build();
  }

  private static TensorProto.DataType dataType(ElementType type) {
    return switch (type) {
      case FLOAT -> TensorProto.DataType.FLOAT;
      case UINT8 -> TensorProto.DataType.UINT8;
      case INT8 -> TensorProto.DataType.INT8;
    };
  }
}
