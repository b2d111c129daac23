package dev.bantam.models.importer.encoder;

import dev.bantam.models.importer.graph.GraphBuilder;
import dev.bantam.models.importer.graph.GraphValue;
import dev.bantam.models.importer.graph.GraphValue.Type;
import dev.bantam.models.importer.graph.Operator;
import java.util.List;

/**
 * Takes the padding out of a batch. All but attention works on each token by itself, so the graph
 * gathers the tokens of all texts into rows, {@code [tokens, ...]}, and lays them out in {@code
 * [batch, sequence, ...]} for attention and for what it gives out. A batch of texts of mixed
 * lengths then costs what its tokens cost (decision 0070). Places of padding show some token's row.
 */
final class Packing implements TokenRows {

  private static final String[] SHAPE = {"batch", "sequence"};

  private final GraphBuilder graph;
  private final String shape;
  private final String tokens;

  Packing(GraphBuilder graph) {
    this.graph = graph;
    graph.input(GraphValue.of("input_ids", Type.INT64, SHAPE));
    graph.input(GraphValue.of("attention_mask", Type.INT64, SHAPE));
    this.shape = graph.node(Operator.SHAPE).in("input_ids").out("batch_shape");
    String mask = flat("attention_mask");
    String present = graph.node(Operator.NON_ZERO).in(mask).out("tokens.found");
    this.tokens =
        graph.node(Operator.RESHAPE).in(present, graph.constant("flat", -1)).out("tokens");
    String axis = graph.scalar("axis_0", 0L);
    String counted = graph.node(Operator.CUM_SUM).in(mask, axis).out("rows.counted");
    String one = graph.constant("one", 1);
    String behind = graph.node(Operator.SUB).in(counted, one).out("rows.behind");
    String flatRows =
        graph.node(Operator.MAX).in(behind, graph.constant("zero", 0)).out("rows.flat");
    graph.node(Operator.RESHAPE).in(flatRows, shape).out("rows");
  }

  @Override
  public String input(String name) {
    if (!graph.defines(name)) {
      graph.input(GraphValue.of(name, Type.INT64, SHAPE));
    }
    return graph.node(Operator.GATHER).in(flat(name), tokens).out(name + ".packed");
  }

  @Override
  public String positions() {
    String length =
        graph.node(Operator.GATHER).in(shape, graph.scalar("index_1", 1L)).out("sequence_length");
    return graph.node(Operator.MOD).in(tokens, length).out("positions");
  }

  @Override
  public boolean isText() {
    return false;
  }

  @Override
  public String mask() {
    String name = "mask";
    return graph.defines(name)
        ? name
        : graph
            .node(Operator.CAST)
            .in("attention_mask")
            .attribute("to", Type.INT32.code())
            .out(name);
  }

  @Override
  public String unpack(String x, int width, String out) {
    return graph.node(Operator.GATHER).in(x, "rows").out(out);
  }

  /** By way of {@code [tokens * parts, width]}: each part has its rows there. */
  @Override
  public List<String> unpackParts(String x, int width, List<String> outs) {
    String shaped = graph.constant("rows_of_" + width, -1, width);
    String split = graph.node(Operator.RESHAPE).in(x, shaped).out(x + ".split");
    for (int part = 0; part < outs.size(); part++) {
      String rows = rowsOf(part, outs.size());
      graph.node(Operator.GATHER).in(split, rows).out(outs.get(part));
    }
    return outs;
  }

  private String rowsOf(int part, int parts) {
    String rows = "rows." + part + "_of_" + parts;
    if (graph.defines(rows)) {
      return rows;
    }
    return part == 0
        ? graph.node(Operator.MUL).in("rows", graph.constant("parts_" + parts, parts)).out(rows)
        : graph
            .node(Operator.ADD)
            .in(rowsOf(0, parts), graph.constant("part_" + part, part))
            .out(rows);
  }

  @Override
  public String pack(String x, int width, String out) {
    String shaped = graph.constant("rows_of_" + width, -1, width);
    String all = graph.node(Operator.RESHAPE).in(x, shaped).out(out + ".all");
    return graph.node(Operator.GATHER).in(all, tokens).out(out);
  }

  @Override
  public String firstRows(String x, String out) {
    String first =
        graph
            .node(Operator.GATHER)
            .in("rows", graph.scalar("index_0", 0L))
            .attribute("axis", 1)
            .out("rows.first");
    return graph.node(Operator.GATHER).in(x, first).out(out);
  }

  private String flat(String input) {
    return graph.node(Operator.RESHAPE).in(input, graph.constant("flat", -1)).out(input + ".flat");
  }
}
