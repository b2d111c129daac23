package dev.bantam.models.importer.architecture;

import dev.bantam.models.importer.graph.GraphBuilder;
import dev.bantam.models.importer.tensor.Matrix;
import dev.bantam.models.importer.tensor.WeightFormat;
import dev.bantam.models.importer.tensor.WeightPart;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Products with weight matrices, {@code y = x W^T}, over the kernel that is exact and fast for the
 * weights' format:
 *
 * <ul>
 *   <li>dense: {@code Gemm} in float
 *   <li>quantized: {@code MatMulNBits} in blocks of 32
 *   <li>quantized with shifts (Q4_1: {@code w = dq + m = d(q - 8) + (m + 8d)}): {@code MatMulNBits}
 *       over d and q, plus the sums of x over each block of 32 times the block's shift. A zero
 *       point in floats would say the same, ninety times slower.
 * </ul>
 *
 * <p>{@code accuracy_level} 4 lets the kernels round activations to 8 bits, as llama.cpp does; the
 * other levels take other, far slower kernels.
 */
final class LinearBlock {

  /** Wider inputs are summed by Reshape and ReduceSum: the table would grow with the square. */
  private static final long WIDEST_SUM_TABLE = 2048;

  private final GraphBuilder graph;
  private final Map<String, String> blockSums = new HashMap<>();

  LinearBlock(GraphBuilder graph) {
    this.graph = graph;
  }

  /**
   * @param x {@code [sequence, columns]}
   * @param out name of the result, {@code [sequence, rows]}
   * @return {@code out}
   */
  String apply(String x, Matrix matrix, String out) {
    WeightFormat format = matrix.format();
    if (format.isDense()) {
      String weights = graph.weight(matrix.dense());
      return graph.node("Gemm").in(x, weights).attribute("transB", 1).out(out);
    }
    if (format.shifts().isEmpty()) {
      return quantized(x, matrix, out);
    }
    String sums = blockSums.computeIfAbsent(x, value -> sums(value, matrix.columns()));
    String scaled = quantized(x, matrix, out + ".scaled");
    String shifts = graph.weight(matrix.shifts());
    return graph.node("Gemm").in(sums, shifts, scaled).attribute("transB", 1).out(out);
  }

  /**
   * Rows of a matrix by their numbers, as float.
   *
   * @param ids int64 {@code [sequence]}
   * @return {@code [sequence, columns]}
   */
  String rows(String ids, Matrix matrix, String out) {
    WeightFormat format = matrix.format();
    if (format.isDense()) {
      return graph.node("Gather").in(graph.weight(matrix.dense()), ids).out(out);
    }
    if (format.shifts().isEmpty()) {
      return quantizedRows(ids, matrix, out);
    }
    String scaled = quantizedRows(ids, matrix, out + ".scaled");
    String shifts =
        graph.node("Gather").in(graph.weight(matrix.shifts()), ids).out(out + ".shifts");
    String spread = graph.weight(sumTable(matrix.columns()));
    return graph.node("Gemm").in(shifts, spread, scaled).attribute("transB", 1).out(out);
  }

  private String quantized(String x, Matrix matrix, String out) {
    return graph
        .ortNode("MatMulNBits")
        .in(x, graph.weight(matrix.quanta()), graph.weight(matrix.scales()))
        .attribute("K", matrix.columns())
        .attribute("N", matrix.rows())
        .attribute("bits", matrix.format().bits())
        .attribute("block_size", WeightFormat.BLOCK)
        .attribute("accuracy_level", 4)
        .out(out);
  }

  private String quantizedRows(String ids, Matrix matrix, String out) {
    return graph
        .ortNode("GatherBlockQuantized")
        .in(graph.weight(matrix.quantaRows()), ids, graph.weight(matrix.scales()))
        .attribute("bits", matrix.format().bits())
        .attribute("block_size", WeightFormat.BLOCK)
        .attribute("gather_axis", 0)
        .attribute("quantize_axis", 1)
        .out(out);
  }

  /** The sums of x over each block of 32: {@code [sequence, columns / 32]}. */
  private String sums(String x, long columns) {
    if (columns <= WIDEST_SUM_TABLE) {
      return graph.node("MatMul").in(x, graph.weight(sumTable(columns))).out(x + ".sums");
    }
    String shape = graph.constant("blocks", 0, -1, WeightFormat.BLOCK);
    String blocked = graph.node("Reshape").in(x, shape).out(x + ".blocked");
    return graph
        .node("ReduceSum")
        .in(blocked, graph.constant("axis_2", 2))
        .attribute("keepdims", 0)
        .out(x + ".sums");
  }

  /** Ones where a column is in a block: {@code [columns, columns / 32]}. */
  private static WeightPart sumTable(long columns) {
    return new WeightPart.Computed(
        "block_sums." + columns,
        (int) columns,
        (int) columns / WeightFormat.BLOCK,
        (row, values) -> {
          Arrays.fill(values, 0);
          values[row / WeightFormat.BLOCK] = 1;
        });
  }
}
