package dev.bantam.models.importer.architecture;

import dev.bantam.models.ModelException;
import dev.bantam.models.importer.graph.GraphBuilder;
import dev.bantam.models.importer.graph.GraphValue;
import dev.bantam.models.importer.graph.NodeBuilder;
import dev.bantam.models.importer.tensor.SourceTensors;
import java.util.List;

/**
 * Grouped-query attention with rotary positions and a KV cache, one node a layer (Ainslie et al.,
 * arXiv 2305.13245).
 */
final class AttentionBlock {

  private static final String LENGTH = "seqlens_k";
  private static final String TOTAL = "total_sequence_length";

  private final DecoderShape shape;
  private final SourceTensors tensors;
  private final GraphBuilder graph;

  AttentionBlock(DecoderShape shape, SourceTensors tensors, GraphBuilder graph) {
    this.shape = shape;
    this.tensors = tensors;
    this.graph = graph;
  }

  /** Declares how long the sequence is; caches are declared layer by layer. */
  void declareInputs() {
    graph.input(GraphValue.of(LENGTH, GraphValue.Type.INT32, "1"));
    graph.input(GraphValue.of(TOTAL, GraphValue.Type.INT32));
  }

  /**
   * @param projected queries, keys and values side by side in one value, or each in its own; each
   *     {@code [sequence, width]}
   * @return {@code [sequence, heads * head_size]}
   */
  String apply(int layer, List<String> projected, PairLayout pairs) throws ModelException {
    NodeBuilder node = graph.ortNode("GroupQueryAttention");
    for (String value : projected) {
      node.in(graph.node("Unsqueeze").in(value, axis0()).out(value + ".batch"));
    }
    for (int missing = projected.size(); missing < 3; missing++) {
      node.in("");
    }
    String past = "past_key_values." + layer;
    String present = "present." + layer;
    node.in(cache(past + ".key"), cache(past + ".value"), LENGTH, TOTAL)
        .in(rotation("cos"), rotation("sin"))
        .attribute("num_heads", shape.heads())
        .attribute("kv_num_heads", shape.kvHeads())
        .attribute("do_rotary", 1)
        .attribute("rotary_interleaved", pairs == PairLayout.NEIGHBOURS ? 1 : 0)
        .attribute("scale", (float) (1 / Math.sqrt(shape.headSize())));
    String attended = "attention." + layer;
    node.out(attended + ".batch", present + ".key", present + ".value");
    graph.output(cacheValue(present + ".key"));
    graph.output(cacheValue(present + ".value"));
    return graph.node("Squeeze").in(attended + ".batch", axis0()).out(attended);
  }

  private String axis0() {
    return graph.constant("axis_0", 0);
  }

  private String cache(String name) {
    return graph.input(cacheValue(name));
  }

  private GraphValue cacheValue(String name) {
    return GraphValue.of(
        name,
        GraphValue.Type.FLOAT,
        "1",
        Integer.toString(shape.kvHeads()),
        "capacity",
        Integer.toString(shape.headSize()));
  }

  private String rotation(String function) throws ModelException {
    return graph.weight(RotaryTables.table(function, shape, tensors));
  }
}
