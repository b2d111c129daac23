package dev.bantam.models.importer.architecture;

import dev.bantam.models.importer.graph.GraphBuilder;
import dev.bantam.models.importer.tensor.Matrix;

/**
 * Products with dense matrices that are quantized to 8 bits here, a scale a row, over activations
 * that are rounded to 8 bits while the graph runs.
 *
 * <p>Each row of activations has a scale and an offset of its own: it is stretched to 0 to 1, so
 * that all rows take all 255 steps, and what a token becomes depends on no other token of the run.
 * With {@code x = low + span * u}, a product is {@code span * (u W^T) + low * (sum of W's row)}.
 * {@code DynamicQuantizeMatMul}, which has one scale for all rows, loses five times as much
 * (decision 0071).
 */
final class ByteProduct {

  /** Rows whose values are all one are divided by this: 0 stays 0. */
  private static final float SMALLEST_SPAN = 1e-30f;

  private final GraphBuilder graph;

  ByteProduct(GraphBuilder graph) {
    this.graph = graph;
  }

  /**
   * @param x {@code [sequence, columns]}
   * @param out name of the result, {@code [sequence, rows]}
   * @return {@code out}
   */
  String apply(String x, Matrix matrix, String out) {
    String last = graph.constant("last_axis", -1);
    String low = graph.node("ReduceMin").in(x, last).out(out + ".low");
    String high = graph.node("ReduceMax").in(x, last).out(out + ".high");
    String range = graph.node("Sub").in(high, low).out(out + ".range");
    String smallest = graph.scalar("smallest_span", SMALLEST_SPAN);
    String span = graph.node("Max").in(range, smallest).out(out + ".span");
    String raised = graph.node("Sub").in(x, low).out(out + ".raised");
    String unit = graph.node("Div").in(raised, span).out(out + ".unit");
    String step = graph.scalar("byte_step", 1 / 255f);
    String bytes = graph.node("QuantizeLinear").in(unit, step).out(out + ".bytes");
    String product =
        graph
            .ortNode("MatMulIntegerToFloat")
            .in(bytes, graph.weight(matrix.channelQuanta()))
            .in(step, graph.weight(matrix.channelScales()))
            .out(out + ".of_units");
    String scaled = graph.node("Mul").in(product, span).out(out + ".scaled");
    String sums = graph.weight(matrix.channelSums());
    return graph.node("Gemm").in(low, sums, scaled).out(out);
  }
}
