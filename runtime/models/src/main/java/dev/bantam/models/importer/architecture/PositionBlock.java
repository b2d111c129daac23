package dev.bantam.models.importer.architecture;

import dev.bantam.models.importer.graph.GraphBuilder;
import dev.bantam.models.importer.graph.GraphValue;

/**
 * Where in the sequence the tokens of a run stand. Attention needs only lengths; numbers of
 * positions are computed where a family asks for them, once for all layers.
 */
final class PositionBlock {

  static final String LENGTH = "seqlens_k";
  static final String TOTAL = "total_sequence_length";

  private static final String OFFSET = "position_offset";
  private static final String POSITIONS = "positions";
  private static final String ROWS = "positions.rows";

  private final GraphBuilder graph;

  PositionBlock(GraphBuilder graph) {
    this.graph = graph;
  }

  /** Declares how long the sequence is. */
  void declareInputs() {
    graph.input(GraphValue.of(LENGTH, GraphValue.Type.INT32, "1"));
    graph.input(GraphValue.of(TOTAL, GraphValue.Type.INT32));
  }

  /** The numbers of the tokens of this run from the sequence's beginning: {@code [sequence]}. */
  String numbers() {
    if (!graph.defines(POSITIONS)) {
      String counts =
          graph.node("Shape").in("input_ids").attribute("start", 1).out("input_ids.counts");
      String count = graph.node("Squeeze").in(counts).out("input_ids.count");
      String end =
          graph
              .node("Cast")
              .in(TOTAL)
              .attribute("to", GraphValue.Type.INT64.code())
              .out("positions.end");
      String start = graph.node("Sub").in(end, count).out("positions.start");
      graph.node("Range").in(start, end, graph.scalar("positions.step", 1L)).out(POSITIONS);
    }
    return POSITIONS;
  }

  /**
   * The rows of rotary tables for the tokens of this run, {@code [1, sequence]}.
   *
   * @param shifted whether the graph's caller says, by an input of its own, from which row on the
   *     tables are to be read
   */
  String tableRows(boolean shifted) {
    if (!graph.defines(ROWS)) {
      String numbers = numbers();
      if (shifted) {
        String offset = graph.input(GraphValue.of(OFFSET, GraphValue.Type.INT64, "1"));
        numbers = graph.node("Add").in(numbers, offset).out("positions.shifted");
      }
      graph.node("Unsqueeze").in(numbers, graph.constant("axis_0", 0)).out(ROWS);
    }
    return ROWS;
  }
}
