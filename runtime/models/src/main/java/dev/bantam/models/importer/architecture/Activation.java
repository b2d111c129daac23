package dev.bantam.models.importer.architecture;

import dev.bantam.models.importer.graph.GraphBuilder;
import dev.bantam.models.importer.graph.Operator;

/** What an MLP does to each element between its two products. */
public enum Activation {
  /** {@code x * sigmoid(x)} (Elfwing et al., arXiv 1702.03118). */
  SILU,
  /** {@code x * Phi(x)}, by the error function (Hendrycks and Gimpel, arXiv 1606.08415). */
  GELU,
  /** GELU by its approximation with a hyperbolic tangent, from the same paper. */
  GELU_TANH,
  /** {@code max(x, 0)}. */
  RELU;

  /**
   * @param out name of the result
   * @return {@code out}
   */
  public String apply(GraphBuilder graph, String x, String out) {
    return switch (this) {
      // x * sigmoid(alpha * x): with alpha 1 it is SiLU.
      case SILU -> graph.node(Operator.QUICK_GELU).in(x).attribute("alpha", 1f).out(out);
      case GELU -> graph.node(Operator.GELU).in(x).out(out);
      case GELU_TANH -> graph.node(Operator.FAST_GELU).in(x).out(out);
      case RELU -> graph.node(Operator.RELU).in(x).out(out);
    };
  }
}
