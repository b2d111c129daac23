package dev.bantam.models.importer.architecture;

import dev.bantam.models.ModelException;
import dev.bantam.models.importer.graph.GraphBuilder;
import dev.bantam.models.importer.graph.GraphValue;
import dev.bantam.models.importer.graph.Operator;
import dev.bantam.models.importer.tensor.SourceTensors;
import java.util.List;

/**
 * The blocks that decoder-only models are made of. Each takes its weights by their GGUF names,
 * checks their shapes, and adds its nodes to the graph. Inputs and outputs of the graph are those
 * of {@link dev.bantam.format.DecoderConfig}.
 */
public final class DecoderBlocks {

  private static final String LOGITS_ROWS = "logits_rows";

  private final DecoderShape shape;
  private final SourceTensors tensors;
  private final GraphBuilder graph;
  private final LinearLayers layers;
  private final NormBlock norms;
  private final PositionBlock positions;
  private final AttentionBlock attention;
  private final MlpBlock mlp;

  public DecoderBlocks(DecoderShape shape, SourceTensors tensors, GraphBuilder graph) {
    this.shape = shape;
    this.tensors = tensors;
    this.graph = graph;
    this.layers = new LinearLayers(tensors, graph);
    this.norms = new NormBlock(graph, layers, shape.epsilon());
    this.positions = new PositionBlock(graph);
    this.attention = new AttentionBlock(shape, tensors, graph, norms, positions);
    this.mlp = new MlpBlock(shape, graph, layers);
  }

  /** Looks the tokens up: {@code input_ids} to the beginning of the residual stream. */
  ResidualStream embedding(String table) throws ModelException {
    String ids =
        graph.input(
            GraphValue.of("input_ids", GraphValue.Type.INT64, PositionBlock.BATCH, "sequence"));
    positions.declareInputs();
    graph.input(GraphValue.of(LOGITS_ROWS, GraphValue.Type.INT64, "1"));
    String flat =
        graph.node(Operator.RESHAPE).in(ids, graph.constant("flat", -1)).out("input_ids.flat");
    return new ResidualStream(
        layers.rows(flat, shape.hiddenSize(), shape.vocabSize(), table, "embedding"));
  }

  /** Multiplies the stream by a number. */
  void scale(ResidualStream stream, double factor) {
    String scaled = stream.value() + ".scaled";
    stream.become(
        graph
            .node(Operator.MUL)
            .in(stream.value(), graph.scalar("scale", (float) factor))
            .out(scaled));
  }

  /** Learned positions, one row for each token of the run, to be added to the stream. */
  String positions(String table) throws ModelException {
    return layers.rows(
        positions.numbers(),
        shape.hiddenSize(),
        shape.contextLength(),
        table,
        "positions.embedding");
  }

  /** Root mean square norm of the stream, after adding the open branch. */
  String rmsNorm(ResidualStream stream, String weight) throws ModelException {
    return norms.rms(stream, weight, shape.hiddenSize());
  }

  /** Root mean square norm of a branch. */
  String rmsNorm(String x, String weight) throws ModelException {
    return norms.rms(x, weight, shape.hiddenSize(), weight + ".normed");
  }

  /** Layer norm of the stream, after adding the open branch: {@code NAME.weight}, {@code .bias}. */
  String layerNorm(ResidualStream stream, String name) throws ModelException {
    return norms.layer(stream, name, shape.hiddenSize());
  }

  /**
   * Attention of one layer, without its output projection.
   *
   * @param x {@code [sequence, hidden_size]}
   * @return {@code [sequence, heads * head_size]}
   */
  String attention(int layer, String x, String prefix, AttentionSettings settings)
      throws ModelException {
    return attention.apply(layer, prefix, queriesKeysValues(x, prefix), settings);
  }

  private List<String> queriesKeysValues(String x, String prefix) throws ModelException {
    List<Integer> widths = List.of(shape.queryWidth(), shape.kvWidth(), shape.kvWidth());
    String fused = prefix + "attn_qkv";
    if (tensors.has(fused + ".weight")) {
      int all = widths.stream().mapToInt(Integer::intValue).sum();
      return List.of(layers.linear(x, shape.hiddenSize(), all, fused));
    }
    List<String> names = List.of(prefix + "attn_q", prefix + "attn_k", prefix + "attn_v");
    return layers.linears(x, shape.hiddenSize(), names, widths, fused);
  }

  /** The projection that follows attention. */
  String attentionOutput(String attended, String prefix) throws ModelException {
    return layers.linear(attended, shape.queryWidth(), shape.hiddenSize(), prefix + "attn_output");
  }

  /** Which elements of the llama family's heads are rotated together: formats differ. */
  PairLayout llamaPairs() {
    return tensors.hasNeighbouringPairs() ? PairLayout.NEIGHBOURS : PairLayout.HALVES;
  }

  /** {@code down(activation(up(x)))}. */
  String plainMlp(String x, String prefix, Activation activation) throws ModelException {
    return mlp.plain(x, prefix, activation);
  }

  /** {@code down(activation(gate(x)) * up(x))}. */
  String gatedMlp(String x, String prefix, Activation activation) throws ModelException {
    return mlp.gated(x, prefix, activation);
  }

  /** The same, where {@code ffn_up} holds the rows of the gate and then those of {@code up}. */
  String fusedGatedMlp(String x, String prefix, Activation activation) throws ModelException {
    return mlp.fusedGated(x, prefix, activation);
  }

  /** The sum of two branches that run side by side. */
  String sum(String first, String second) {
    return graph.node(Operator.ADD).in(first, second).out(second + ".sum");
  }

  /** The last {@code logits_rows} rows of a value. Only they go on to the logits. */
  String lastRows(String x) {
    String start = "logits_rows.start";
    if (!graph.defines(start)) {
      graph.node(Operator.NEG).in(LOGITS_ROWS).out(start);
    }
    String end = graph.constant("end", Long.MAX_VALUE);
    return graph
        .node(Operator.SLICE)
        .in(x, start, end, graph.constant("axis_0", 0))
        .out(x + ".last");
  }

  /** Cuts the stream to its last rows, as {@link #lastRows}. */
  void keepLastRows(ResidualStream stream) {
    stream.become(lastRows(stream.value()));
  }

  /** Scores over the vocabulary, as {@link #head(String, String, String, double)}, unbounded. */
  void head(String x, String weight, String tied) throws ModelException {
    head(x, weight, tied, 0);
  }

  /**
   * Scores over the vocabulary.
   *
   * @param x {@code [logits_rows, hidden_size]}
   * @param weight the head's matrix
   * @param tied the embedding's matrix, which serves where there is no {@code weight}
   * @param softCap {@code softCap * tanh(x / softCap)} bounds the scores; 0 for no bound
   */
  void head(String x, String weight, String tied, double softCap) throws ModelException {
    String matrix = tensors.has(weight) ? weight : tied;
    String flat = layers.product(x, shape.hiddenSize(), shape.vocabSize(), matrix, "logits.flat");
    if (softCap > 0) {
      String cap = graph.scalar("logits.cap", (float) softCap);
      String share = graph.node(Operator.DIV).in(flat, cap).out("logits.share");
      String bounded = graph.node(Operator.TANH).in(share).out("logits.tanh");
      flat = graph.node(Operator.MUL).in(bounded, cap).out("logits.bounded");
    }
    graph.node(Operator.UNSQUEEZE).in(flat, graph.constant("axis_0", 0)).out("logits");
    graph.output(
        GraphValue.of(
            "logits",
            GraphValue.Type.FLOAT,
            "1",
            LOGITS_ROWS,
            Integer.toString(shape.vocabSize())));
  }
}
