package dev.bantam.models.importer.encoder;

import dev.bantam.models.importer.graph.GraphBuilder;
import dev.bantam.models.importer.graph.GraphValue;
import dev.bantam.models.importer.graph.GraphValue.Type;
import dev.bantam.models.importer.graph.Operator;
import java.util.Arrays;
import java.util.List;

/**
 * One text, whose tokens are all rows: nothing is gathered and nothing hidden from attention. A
 * graph of {@link Packing} spends a tenth of a short text's time on that (decision 0070), and could
 * not have its products within attention. The mask is an input nevertheless, so that both are run
 * alike.
 */
final class SingleText implements TokenRows {

  private static final String[] SHAPE = {"1", "sequence"};

  private final GraphBuilder graph;

  SingleText(GraphBuilder graph) {
    this.graph = graph;
    graph.input(GraphValue.of("input_ids", Type.INT64, SHAPE));
    graph.input(GraphValue.of("attention_mask", Type.INT64, SHAPE));
  }

  @Override
  public String input(String name) {
    if (!graph.defines(name)) {
      graph.input(GraphValue.of(name, Type.INT64, SHAPE));
    }
    return graph.node(Operator.RESHAPE).in(name, graph.constant("flat", -1)).out(name + ".flat");
  }

  @Override
  public String positions() {
    String length = graph.node(Operator.SIZE).in("input_ids").out("sequence_length");
    return graph
        .node(Operator.RANGE)
        .in(graph.scalar("zero", 0L), length, graph.scalar("one", 1L))
        .out("positions");
  }

  @Override
  public boolean isText() {
    return true;
  }

  @Override
  public String mask() {
    return "";
  }

  @Override
  public String unpack(String x, int width, String out) {
    String text = graph.constant("text_of_" + width, 1, -1, width);
    return graph.node(Operator.RESHAPE).in(x, text).out(out);
  }

  @Override
  public List<String> unpackParts(String x, int width, List<String> outs) {
    long[] widths = new long[outs.size()];
    Arrays.fill(widths, width);
    String sizes = graph.constant(outs.size() + "_of_" + width, widths);
    String whole = unpack(x, width * outs.size(), x + ".text");
    graph
        .node(Operator.SPLIT)
        .in(whole, sizes)
        .attribute("axis", -1)
        .out(outs.toArray(String[]::new));
    return outs;
  }

  @Override
  public String pack(String x, int width, String out) {
    String rows = graph.constant("rows_of_" + width, -1, width);
    return graph.node(Operator.RESHAPE).in(x, rows).out(out);
  }

  @Override
  public String firstRows(String x, String out) {
    return graph.node(Operator.GATHER).in(x, graph.constant("first", 0)).out(out);
  }
}
