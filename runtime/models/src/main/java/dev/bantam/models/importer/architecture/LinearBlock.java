package dev.bantam.models.importer.architecture;

import dev.bantam.models.importer.graph.GraphBuilder;
import dev.bantam.models.importer.graph.NodeBuilder;
import dev.bantam.models.importer.graph.Operator;
import dev.bantam.models.importer.tensor.ElementType;
import dev.bantam.models.importer.tensor.Matrix;
import dev.bantam.models.importer.tensor.WeightFormat;
import dev.bantam.models.importer.tensor.WeightPart;
import java.util.Arrays;
import java.util.List;

/**
 * Products with weight matrices, {@code y = x W^T}, over the kernel that is exact and fast for the
 * weights' format:
 *
 * <ul>
 *   <li>dense: {@code Gemm} in float
 *   <li>quantized: {@code MatMulNBits} in blocks of 16 to 256, with packed zero points if any
 *   <li>quantized with shifts (Q4_1: {@code w = dq + m = d(q - 8) + (m + 8d)}): {@code MatMulNBits}
 *       over d and q, plus the sums of x over each block times the block's shift. The sums come
 *       from {@code MatMulNBits} too, over a matrix of ones and zeros, so that they are those of
 *       the rounded activations, as llama.cpp's are: the same rounding in both terms cancels. A
 *       zero point in floats would say the same, ninety times slower.
 *   <li>dense, to be quantized by channel: {@code MatMulIntegerToFloat}, see {@link ByteProduct}
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
      return graph.node(Operator.GEMM).in(x, weights).attribute("transB", 1).out(out);
    }
    if (format.shifts().isEmpty()) {
      return quantized(x, matrix, out);
    }
    String sums = sums(x, matrix.columns(), format.block());
    String scaled = quantized(x, matrix, out + ".scaled");
    String shifts = graph.weight(matrix.shifts());
    return graph.node(Operator.GEMM).in(sums, shifts, scaled).attribute("transB", 1).out(out);
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
      return graph.node(Operator.GATHER).in(graph.weight(matrix.dense()), ids).out(out);
    }
    if (format.shifts().isEmpty()) {
      return quantizedRows(ids, matrix, out);
    }
    String scaled = quantizedRows(ids, matrix, out + ".scaled");
    String shifts =
        graph.node(Operator.GATHER).in(graph.weight(matrix.shifts()), ids).out(out + ".shifts");
    String spread = graph.weight(spreadTable(matrix.columns(), format.block()));
    return graph.node(Operator.GEMM).in(shifts, spread, scaled).attribute("transB", 1).out(out);
  }

  private String quantized(String x, Matrix matrix, String out) {
    String quanta = graph.weight(matrix.quanta());
    String scales = graph.weight(matrix.scales());
    WeightFormat format = matrix.format();
    NodeBuilder product = product(x, quanta, scales, format.bits(), format.block());
    matrix.zeros().ifPresent(zeros -> product.in(graph.weight(zeros)));
    return product.attribute("K", matrix.columns()).attribute("N", matrix.rows()).out(out);
  }

  private NodeBuilder product(String x, String quanta, String scales, int bits, int block) {
    return graph
        .node(Operator.MATMUL_NBITS)
        .in(x, quanta, scales)
        .attribute("bits", bits)
        .attribute("block_size", block)
        .attribute("accuracy_level", 4);
  }

  private String quantizedRows(String ids, Matrix matrix, String out) {
    NodeBuilder gather =
        graph
            .node(Operator.GATHER_BLOCK_QUANTIZED)
            .in(graph.weight(matrix.quantaRows()), ids, graph.weight(matrix.scales()));
    matrix.zeros().ifPresent(zeros -> gather.in(graph.weight(zeros)));
    return gather
        .attribute("bits", matrix.format().bits())
        .attribute("block_size", matrix.format().block())
        .attribute("gather_axis", 0)
        .attribute("quantize_axis", 1)
        .out(out);
  }

  /** The sums of x over each of its blocks: {@code [sequence, columns / block]}. */
  private String sums(String x, long columns, int block) {
    String name = x + ".sums." + block;
    if (graph.defines(name)) {
      return name;
    }
    int blocks = (int) (columns / block);
    String quanta = graph.weight(sumQuanta(columns, blocks, block));
    String scales = graph.weight(sumScales(columns, blocks));
    return product(x, quanta, scales, 4, block)
        .attribute("K", columns)
        .attribute("N", blocks)
        .out(name);
  }

  /** Row b has ones in block b: {@code [columns / block, columns / block, block / 2]}. */
  private static WeightPart sumQuanta(long columns, int blocks, int block) {
    int blockBytes = block / 2;
    return new WeightPart.Computed(
        "block_sums." + columns + "." + blocks + ".quanta",
        ElementType.UINT8,
        List.of((long) blocks, (long) blocks, (long) blockBytes),
        (row, bytes) -> {
          Arrays.fill(bytes.array(), ZEROS);
          Arrays.fill(bytes.array(), row * blockBytes, (row + 1) * blockBytes, ONES);
        });
  }

  private static WeightPart sumScales(long columns, int blocks) {
    return WeightPart.Computed.floats(
        "block_sums." + columns + "." + blocks + ".scales",
        blocks,
        blocks,
        (row, values) -> {
          Arrays.fill(values, 0);
          values[row] = 1;
        });
  }

  /** Ones where a column is in a block: {@code [columns, columns / block]}. */
  private static WeightPart spreadTable(long columns, int block) {
    return WeightPart.Computed.floats(
        "block_spread." + columns + "." + block,
        (int) columns,
        (int) columns / block,
        (row, values) -> {
          Arrays.fill(values, 0);
          values[row / block] = 1;
        });
  }
}
