package dev.bantam.models.importer.architecture;

import dev.bantam.models.ModelException;
import dev.bantam.models.importer.graph.GraphBuilder;
import dev.bantam.models.importer.graph.Operator;

/**
 * Norms over the last dimension. One that follows a branch adds the branch to the stream in the
 * same node.
 */
final class NormBlock {

  private final GraphBuilder graph;
  private final LinearLayers layers;
  private final float epsilon;

  NormBlock(GraphBuilder graph, LinearLayers layers, float epsilon) {
    this.graph = graph;
    this.layers = layers;
    this.epsilon = epsilon;
  }

  /** Root mean square norm (Zhang and Sennrich, arXiv 1910.07467), after adding the open branch. */
  String rms(ResidualStream stream, String weight, int size) throws ModelException {
    String branch = stream.branch();
    if (branch == null) {
      return rms(stream.value(), weight, size, weight + ".normed");
    }
    String sum = weight + ".residual";
    String out =
        graph
            .node(Operator.SKIP_SIMPLIFIED_LAYER_NORMALIZATION)
            .in(stream.value(), branch, layers.vector(weight, size))
            .attribute("epsilon", epsilon)
            .out(weight + ".normed", "", "", sum);
    stream.become(sum);
    return out;
  }

  /**
   * Root mean square norm of a value whose last dimension has {@code size} elements.
   *
   * @param out name of the result
   * @return {@code out}
   */
  String rms(String x, String weight, int size, String out) throws ModelException {
    return graph
        .node(Operator.SIMPLIFIED_LAYER_NORMALIZATION)
        .in(x, layers.vector(weight, size))
        .attribute("axis", -1)
        .attribute("epsilon", epsilon)
        .attribute("stash_type", 1)
        .out(out);
  }

  /** Layer norm (Ba et al., arXiv 1607.06450), {@code NAME.weight} and {@code NAME.bias}. */
  String layer(ResidualStream stream, String name, int size) throws ModelException {
    String weight = layers.vector(name + ".weight", size);
    String bias = layers.vector(name + ".bias", size);
    String branch = stream.branch();
    if (branch == null) {
      return graph
          .node(Operator.LAYER_NORMALIZATION)
          .in(stream.value(), weight, bias)
          .attribute("axis", -1)
          .attribute("epsilon", epsilon)
          .out(name + ".normed");
    }
    String sum = name + ".residual";
    String out =
        graph
            .node(Operator.SKIP_LAYER_NORMALIZATION)
            .in(stream.value(), branch, weight, bias)
            .attribute("epsilon", epsilon)
            .out(name + ".normed", "", "", sum);
    stream.become(sum);
    return out;
  }
}
