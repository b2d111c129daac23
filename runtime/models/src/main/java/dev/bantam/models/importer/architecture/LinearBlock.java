package dev.bantam.models.importer.architecture;

import dev.bantam.models.importer.graph.GraphBuilder;
import dev.bantam.models.importer.tensor.ElementType;
import dev.bantam.models.importer.tensor.Matrix;
import dev.bantam.models.importer.tensor.WeightFormat;
import dev.bantam.models.importer.tensor.WeightPart;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Products with weight matrices, {@code y = x W^T}, over the kernel that is exact and fast for the
 * weights' format:
 *
 * <ul>
 *   <li>dense: {@code Gemm} in float
 *   <li>quantized: {@code MatMulNBits} in blocks of 32
 *   <li>quantized with shifts (Q4_1: {@code w = dq + m = d(q - 8) + (m + 8d)}): {@code MatMulNBits}
 *       over d and q, plus the sums of x over each block of 32 times the block's shift. The sums
 *       come from {@code MatMulNBits} too, over a matrix of ones and zeros, so that they are those
 *       of the rounded activations, as llama.cpp's are: the same rounding in both terms cancels. A
 *       zero point in floats would say the same, ninety times slower.
 * </ul>
 *
 * <p>{@code accuracy_level} 4 lets the kernels round activations to 8 bits, as llama.cpp does; the
 * other levels take other, far slower kernels.
 */
final class LinearBlock {

  /** Two 4-bit quanta of 1 and of 0: {@code MatMulNBits} takes 8 from each. */
  private static final byte ONES = (byte) 0x99;

  private static final byte ZEROS = (byte) 0x88;

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
    String spread = graph.weight(spreadTable(matrix.columns()));
    return graph.node("Gemm").in(shifts, spread, scaled).attribute("transB", 1).out(out);
  }

  private String quantized(String x, Matrix matrix, String out) {
    String quanta = graph.weight(matrix.quanta());
    String scales = graph.weight(matrix.scales());
    return product(x, quanta, scales, matrix.columns(), matrix.rows(), matrix.format().bits(), out);
  }

  private String product(
      String x, String quanta, String scales, long columns, long rows, int bits, String out) {
    return graph
        .ortNode("MatMulNBits")
        .in(x, quanta, scales)
        .attribute("K", columns)
        .attribute("N", rows)
        .attribute("bits", bits)
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
    int blocks = (int) (columns / WeightFormat.BLOCK);
    String quanta = graph.weight(sumQuanta(columns, blocks));
    String scales = graph.weight(sumScales(columns, blocks));
    return product(x, quanta, scales, columns, blocks, 4, x + ".sums");
  }

  /** Row b has ones in block b: {@code [columns / 32, columns / 32, 16]}. */
  private static WeightPart sumQuanta(long columns, int blocks) {
    int blockBytes = WeightFormat.BLOCK / 2;
    return new WeightPart.Computed(
        "block_sums." + columns + ".quanta",
        ElementType.UINT8,
        List.of((long) blocks, (long) blocks, (long) blockBytes),
        (row, bytes) -> {
          Arrays.fill(bytes.array(), ZEROS);
          Arrays.fill(bytes.array(), row * blockBytes, (row + 1) * blockBytes, ONES);
        });
  }

  private static WeightPart sumScales(long columns, int blocks) {
    return WeightPart.Computed.floats(
        "block_sums." + columns + ".scales",
        blocks,
        blocks,
        (row, values) -> {
          Arrays.fill(values, 0);
          values[row] = 1;
        });
  }

  /** Ones where a column is in a block: {@code [columns, columns / 32]}. */
  private static WeightPart spreadTable(long columns) {
    return WeightPart.Computed.floats(
        "block_spread." + columns,
        (int) columns,
        (int) columns / WeightFormat.BLOCK,
        (row, values) -> {
          Arrays.fill(values, 0);
          values[row / WeightFormat.BLOCK] = 1;
        });
  }
}
