package dev.bantam.models.importer.architecture;

import dev.bantam.models.importer.graph.GraphBuilder;
import dev.bantam.models.importer.graph.Operator;
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
    String low = graph.node(Operator.REDUCE_MIN).in(x, last).out(out + ".low");
    String high = graph.node(Operator.REDUCE_MAX).in(x, last).out(out + ".high");
    String range = graph.node(Operator.SUB).in(high, low).out(out + ".range");
    String smallest = graph.scalar("smallest_span", SMALLEST_SPAN);
    String span = graph.node(Operator.MAX).in(range, smallest).out(out + ".span");
    String raised = graph.node(Operator.SUB).in(x, low).out(out + ".raised");
    String unit = graph.node(Operator.DIV).in(raised, span).out(out + ".unit");
    String step = graph.scalar("byte_step", 1 / 255f);
    String bytes = graph.node(Operator.QUANTIZE_LINEAR).in(unit, step).out(out + ".bytes");
    String product =
        graph
            .node(Operator.MATMUL_INTEGER_TO_FLOAT)
            .in(bytes, graph.weight(matrix.channelQuanta()))
            .in(step, graph.weight(matrix.channelScales()))
            .out(out + ".of_units");
    String scaled = graph.node(Operator.MUL).in(product, span).out(out + ".scaled");
    String sums = graph.weight(matrix.channelSums());
    return graph.node(Operator.GEMM).in(low, sums, scaled).out(out);
  }
}
