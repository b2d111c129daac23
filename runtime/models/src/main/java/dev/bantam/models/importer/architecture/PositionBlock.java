package dev.bantam.models.importer.architecture;

import dev.bantam.models.importer.graph.GraphBuilder;
import dev.bantam.models.importer.graph.GraphValue;
import dev.bantam.models.importer.graph.Operator;

/**
 * Where in their sequences the tokens of a run stand. Attention needs only lengths; numbers of
 * positions are computed where a family asks for them, once for all layers.
 */
final class PositionBlock {

  static final String LENGTH = "seqlens_k";
  static final String TOTAL = "total_sequence_length";

  /** Sequences of a run. */
  static final String BATCH = "batch";

  private static final String OFFSET = "position_offset";
  private static final String POSITIONS = "positions";
  private static final String ROWS = "positions.rows";

  private final GraphBuilder graph;

  PositionBlock(GraphBuilder graph) {
    this.graph = graph;
  }

  /** Declares how long the sequences are. */
  void declareInputs() {
    graph.input(GraphValue.of(LENGTH, GraphValue.Type.INT32, BATCH));
    graph.input(GraphValue.of(TOTAL, GraphValue.Type.INT32));
  }

  /**
   * Gives flat rows, {@code [batch * sequence, width]}, their sequences back: {@code [batch,
   * sequence, width]}.
   */
  String bySequence(String flat, int width) {
    String shape = "sequences." + width;
    if (!graph.defines(shape)) {
      String rest = graph.constant("sequences.rest." + width, -1, width);
      graph.node(Operator.CONCAT).in(count(), rest).attribute("axis", 0).out(shape);
    }
    return graph.node(Operator.RESHAPE).in(flat, shape).out(flat + ".apart");
  }

  private String count() {
    String count = "sequences.count";
    return graph.defines(count) ? count : graph.node(Operator.SHAPE).in(LENGTH).out(count);
  }

  /**
   * The numbers of this run's tokens from their sequences' beginnings: {@code [batch * sequence]}.
   */
  String numbers() {
    String flat = POSITIONS + ".flat";
    return graph.defines(flat)
        ? flat
        : graph.node(Operator.RESHAPE).in(places(), graph.constant("flat", -1)).out(flat);
  }

  /**
   * As {@link #numbers}, {@code [batch, sequence]}: each sequence's last token and those before.
   */
  private String places() {
    if (!graph.defines(POSITIONS)) {
      String counts =
          graph.node(Operator.SHAPE).in("input_ids").attribute("start", 1).out("input_ids.counts");
      String count = graph.node(Operator.SQUEEZE).in(counts).out("input_ids.count");
      String one = graph.scalar("positions.one", 1L);
      String first = graph.node(Operator.SUB).in(one, count).out("positions.first");
      String back = graph.node(Operator.RANGE).in(first, one, one).out("positions.back");
      String last =
          graph
              .node(Operator.CAST)
              .in(LENGTH)
              .attribute("to", GraphValue.Type.INT64.code())
              .out("positions.last");
      String column =
          graph
              .node(Operator.UNSQUEEZE)
              .in(last, graph.constant("axis_1", 1))
              .out("positions.column");
      graph.node(Operator.ADD).in(column, back).out(POSITIONS);
    }
    return POSITIONS;
  }

  /**
   * The rows of rotary tables for the tokens of this run, {@code [batch, sequence]}.
   *
   * @param shifted whether the graph's caller says, by an input of its own, from which row on the
   *     tables are to be read
   */
  String tableRows(boolean shifted) {
    if (!shifted) {
      return places();
    }
    if (!graph.defines(ROWS)) {
      String offset = graph.input(GraphValue.of(OFFSET, GraphValue.Type.INT64, "1"));
      graph.node(Operator.ADD).in(places(), offset).out(ROWS);
    }
    return ROWS;
  }
}
