package dev.bantam.models.importer.architecture;

import dev.bantam.models.ModelException;
import dev.bantam.models.importer.graph.GraphBuilder;
import dev.bantam.models.importer.graph.Operator;
import java.util.List;

/** The two or three products that follow attention. */
final class MlpBlock {

  private final DecoderShape shape;
  private final GraphBuilder graph;
  private final LinearLayers layers;

  MlpBlock(DecoderShape shape, GraphBuilder graph, LinearLayers layers) {
    this.shape = shape;
    this.graph = graph;
    this.layers = layers;
  }

  /** {@code down(activation(up(x)))}. */
  String plain(String x, String prefix, Activation activation) throws ModelException {
    int width = shape.feedForwardSize();
    String up = layers.linear(x, shape.hiddenSize(), width, prefix + "ffn_up");
    String activated = activation.apply(graph, up, prefix + "ffn_activated");
    return layers.linear(activated, width, shape.hiddenSize(), prefix + "ffn_down");
  }

  /** {@code down(activation(gate(x)) * up(x))} (Shazeer, arXiv 2002.05202). */
  String gated(String x, String prefix, Activation activation) throws ModelException {
    int width = shape.feedForwardSize();
    List<String> names = List.of(prefix + "ffn_gate", prefix + "ffn_up");
    List<String> halves =
        layers.linears(x, shape.hiddenSize(), names, List.of(width, width), prefix + "ffn_gate_up");
    return gated(halves.size() == 1 ? halves(halves.get(0), prefix) : halves, prefix, activation);
  }

  /** The same, where {@code ffn_up} holds the rows of the gate and then those of {@code up}. */
  String fusedGated(String x, String prefix, Activation activation) throws ModelException {
    int width = shape.feedForwardSize();
    String both = layers.linear(x, shape.hiddenSize(), 2 * width, prefix + "ffn_up");
    return gated(halves(both, prefix), prefix, activation);
  }

  private List<String> halves(String both, String prefix) {
    String gate = prefix + "ffn_gate.half";
    String up = prefix + "ffn_up.half";
    graph
        .node(Operator.SPLIT)
        .in(both)
        .attribute("axis", -1)
        .attribute("num_outputs", 2)
        .out(gate, up);
    return List.of(gate, up);
  }

  private String gated(List<String> halves, String prefix, Activation activation)
      throws ModelException {
    String activated = activation.apply(graph, halves.get(0), prefix + "ffn_activated");
    String product =
        graph.node(Operator.MUL).in(activated, halves.get(1)).out(prefix + "ffn_gated");
    int width = shape.feedForwardSize();
    return layers.linear(product, width, shape.hiddenSize(), prefix + "ffn_down");
  }
}
