package dev.bantam.models.importer.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;

/** One node of a graph. It joins the graph by {@link #out}. */
public final class NodeBuilder {

  private final GraphBuilder graph;
  private final NodeProto.Builder node;

  NodeBuilder(GraphBuilder graph, Operator operator) {
    this.graph = graph;
    this.node = NodeProto.newBuilder().setOpType(operator.type()).setDomain(operator.domain());
  }

  /** Adds inputs; an empty name leaves an optional one out. */
  public NodeBuilder in(String... inputs) {
    for (String input : inputs) {
      node.addInput(input);
    }
    return this;
  }

  public NodeBuilder attribute(String name, long value) {
    node.addAttributeBuilder().setName(name).setType(AttributeProto.AttributeType.INT).setI(value);
    return this;
  }

  public NodeBuilder attribute(String name, float value) {
    node.addAttributeBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF(value);
    return this;
  }

  /**
   * Names the outputs and adds the node to the graph.
   *
   * @return the first output's name
   */
  public String out(String... outputs) {
    for (String output : outputs) {
      node.addOutput(output);
    }
    graph.add(node.setName(outputs[0]).build());
    return outputs[0];
  }
}
