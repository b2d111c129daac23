package dev.bantam.models.importer.architecture;

import dev.bantam.models.ModelException;
import dev.bantam.models.importer.graph.GraphBuilder;
import dev.bantam.models.importer.graph.GraphValue;
import dev.bantam.models.importer.graph.NodeBuilder;
import dev.bantam.models.importer.graph.Operator;
import dev.bantam.models.importer.tensor.SourceTensors;
import java.util.ArrayList;
import java.util.List;

/**
 * Grouped-query attention with a KV cache (Ainslie et al., arXiv 2305.13245). {@code
 * GroupQueryAttention} does it in one node a layer, rotation, window and soft cap included. What it
 * cannot do on a CPU stands in nodes before it: norms of heads, and rotation of a number of
 * elements that is no multiple of {@link #ROTATED_STEP}.
 */
final class AttentionBlock {

  /** {@code GroupQueryAttention} itself rotates multiples of so many elements only. */
  private static final int ROTATED_STEP = 16;

  private final DecoderShape shape;
  private final SourceTensors tensors;
  private final GraphBuilder graph;
  private final NormBlock norms;
  private final PositionBlock positions;

  AttentionBlock(
      DecoderShape shape,
      SourceTensors tensors,
      GraphBuilder graph,
      NormBlock norms,
      PositionBlock positions) {
    this.shape = shape;
    this.tensors = tensors;
    this.graph = graph;
    this.norms = norms;
    this.positions = positions;
  }

  /**
   * @param prefix of the layer's tensors
   * @param projected queries, keys and values side by side in one value, or each in its own; each
   *     {@code [sequence, width]}
   * @return {@code [sequence, heads * head_size]}
   */
  String apply(int layer, String prefix, List<String> projected, AttentionSettings settings)
      throws ModelException {
    boolean rotatesApart = settings.rotary().filter(AttentionBlock::isRotatedApart).isPresent();
    List<String> parts = projected;
    if (parts.size() == 1 && (settings.headNorms() || rotatesApart)) {
      parts = split(parts.get(0), prefix);
    }
    parts = settings.headNorms() ? normed(parts, prefix) : bySequence(parts);
    if (rotatesApart) {
      parts = rotated(parts, settings.rotary().orElseThrow());
    }
    return attend(layer, parts, settings, !rotatesApart);
  }

  private static boolean isRotatedApart(Rotary rotary) {
    return rotary.dimensions() % ROTATED_STEP != 0;
  }

  private List<String> split(String projected, String prefix) {
    List<String> parts =
        List.of(prefix + "attn_q.part", prefix + "attn_k.part", prefix + "attn_v.part");
    String widths =
        graph.constant("qkv.widths", shape.queryWidth(), shape.kvWidth(), shape.kvWidth());
    graph
        .node(Operator.SPLIT)
        .in(projected, widths)
        .attribute("axis", -1)
        .out(parts.toArray(String[]::new));
    return parts;
  }

  private List<String> bySequence(List<String> parts) {
    if (parts.size() == 1) {
      int all = shape.queryWidth() + 2 * shape.kvWidth();
      return List.of(positions.bySequence(parts.get(0), all));
    }
    return List.of(
        positions.bySequence(parts.get(0), shape.queryWidth()),
        positions.bySequence(parts.get(1), shape.kvWidth()),
        positions.bySequence(parts.get(2), shape.kvWidth()));
  }

  /** Queries and keys after the norms of their heads, and values, by sequence. */
  private List<String> normed(List<String> parts, String prefix) throws ModelException {
    return List.of(
        headNorm(parts.get(0), shape.heads(), prefix + "attn_q_norm"),
        headNorm(parts.get(1), shape.kvHeads(), prefix + "attn_k_norm"),
        positions.bySequence(parts.get(2), shape.kvWidth()));
  }

  private String headNorm(String x, int heads, String name) throws ModelException {
    int size = shape.headSize();
    String apart = graph.constant("heads." + heads, 0, heads, size);
    String split = graph.node(Operator.RESHAPE).in(x, apart).out(name + ".heads");
    String normed = norms.rms(split, name + ".weight", size, name + ".normed");
    return positions.bySequence(normed, heads * size);
  }

  private List<String> rotated(List<String> parts, Rotary rotary) throws ModelException {
    return List.of(
        rotate(parts.get(0), shape.heads(), rotary),
        rotate(parts.get(1), shape.kvHeads(), rotary),
        parts.get(2));
  }

  private String rotate(String x, int heads, Rotary rotary) throws ModelException {
    NodeBuilder node =
        graph
            .node(Operator.ROTARY_EMBEDDING)
            .in(x, positions.tableRows(rotary.shortContext().isPresent()))
            .in(table(rotary, "cos"), table(rotary, "sin"))
            .attribute("interleaved", interleaved(rotary));
    if (rotary.dimensions() < shape.headSize()) {
      node.attribute("rotary_embedding_dim", rotary.dimensions());
    }
    return node.attribute("num_heads", heads).out(x + ".rotated");
  }

  private String attend(
      int layer, List<String> parts, AttentionSettings settings, boolean rotatesHere)
      throws ModelException {
    NodeBuilder node = graph.node(Operator.GROUP_QUERY_ATTENTION);
    List<String> padded = new ArrayList<>(parts);
    while (padded.size() < 3) {
      padded.add("");
    }
    String past = "past_key_values." + layer;
    String present = "present." + layer;
    node.in(padded.toArray(String[]::new))
        .in(cache(past + ".key"), cache(past + ".value"))
        .in(PositionBlock.LENGTH, PositionBlock.TOTAL)
        .attribute("num_heads", shape.heads())
        .attribute("kv_num_heads", shape.kvHeads())
        .attribute("scale", (float) settings.scale());
    if (settings.window() > 0 && settings.window() < shape.contextLength()) {
      node.attribute("local_window_size", settings.window());
    }
    if (settings.softCap() > 0) {
      node.attribute("softcap", (float) settings.softCap());
    }
    if (rotatesHere && settings.rotary().isPresent()) {
      rotateIn(node, settings.rotary().get());
    }
    String attended = "attention." + layer;
    node.out(attended + ".apart", present + ".key", present + ".value");
    graph.output(cacheValue(present + ".key"));
    graph.output(cacheValue(present + ".value"));
    String together = graph.constant("attention.flat", -1, shape.queryWidth());
    return graph.node(Operator.RESHAPE).in(attended + ".apart", together).out(attended);
  }

  private void rotateIn(NodeBuilder node, Rotary rotary) throws ModelException {
    node.in(table(rotary, "cos"), table(rotary, "sin"))
        .attribute("do_rotary", 1)
        .attribute("rotary_interleaved", interleaved(rotary));
    if (rotary.shortContext().isPresent()) {
      node.in(positions.tableRows(true));
    }
  }

  private static int interleaved(Rotary rotary) {
    return switch (rotary.pairs()) {
      case NEIGHBOURS -> 1;
      case HALVES -> 0;
    };
  }

  private String table(Rotary rotary, String function) throws ModelException {
    return graph.weight(new RotaryTables(rotary, shape.contextLength(), tensors).table(function));
  }

  private String cache(String name) {
    return graph.input(cacheValue(name));
  }

  private GraphValue cacheValue(String name) {
    return GraphValue.of(
        name,
        GraphValue.Type.FLOAT,
        PositionBlock.BATCH,
        Integer.toString(shape.kvHeads()),
        "capacity",
        Integer.toString(shape.headSize()));
  }
}
