package dev.bantam.models.importer.architecture;

import dev.bantam.models.ModelException;
import dev.bantam.models.importer.graph.GraphBuilder;
import dev.bantam.models.importer.graph.GraphValue;
import dev.bantam.models.importer.source.SourceTensor;
import dev.bantam.models.importer.tensor.ElementType;
import dev.bantam.models.importer.tensor.Matrix;
import dev.bantam.models.importer.tensor.SourceTensors;
import dev.bantam.models.importer.tensor.WeightFormat;
import dev.bantam.models.importer.tensor.WeightPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
  private final LinearBlock products;
  private final AttentionBlock attention;

  public DecoderBlocks(DecoderShape shape, SourceTensors tensors, GraphBuilder graph) {
    this.shape = shape;
    this.tensors = tensors;
    this.graph = graph;
    this.products = new LinearBlock(graph);
    this.attention = new AttentionBlock(shape, tensors, graph);
  }

  /** Looks the tokens up: {@code input_ids} to the beginning of the residual stream. */
  ResidualStream embedding(String table) throws ModelException {
    String ids = graph.input(GraphValue.of("input_ids", GraphValue.Type.INT64, "1", "sequence"));
    attention.declareInputs();
    graph.input(GraphValue.of(LOGITS_ROWS, GraphValue.Type.INT64, "1"));
    String flat = graph.node("Reshape").in(ids, graph.constant("flat", -1)).out("input_ids.flat");
    return new ResidualStream(products.rows(flat, embeddingMatrix(table), "embedding"));
  }

  private Matrix embeddingMatrix(String table) throws ModelException {
    return Matrix.of(List.of(tensors.matrix(table, shape.hiddenSize(), shape.vocabSize())));
  }

  /** Root mean square norm (Zhang and Sennrich, arXiv 1910.07467), after adding the open branch. */
  String rmsNorm(ResidualStream stream, String weight) throws ModelException {
    String scale = vector(weight, shape.hiddenSize());
    String out = weight + ".normed";
    String branch = stream.branch();
    if (branch == null) {
      return graph
          .node("SimplifiedLayerNormalization")
          .in(stream.value(), scale)
          .attribute("axis", -1)
          .attribute("epsilon", shape.epsilon())
          .attribute("stash_type", 1)
          .out(out);
    }
    String sum = weight + ".residual";
    graph
        .ortNode("SkipSimplifiedLayerNormalization")
        .in(stream.value(), branch, scale)
        .attribute("epsilon", shape.epsilon())
        .out(out, "", "", sum);
    stream.become(sum);
    return out;
  }

  /**
   * Attention of one layer, without its output projection.
   *
   * @param x {@code [sequence, hidden_size]}
   * @return {@code [sequence, heads * head_size]}
   */
  String attention(int layer, String x, String prefix, PairLayout pairs) throws ModelException {
    List<String> names = List.of(prefix + "attn_q", prefix + "attn_k", prefix + "attn_v");
    List<Integer> widths = List.of(shape.queryWidth(), shape.kvWidth(), shape.kvWidth());
    List<String> projected = linears(x, shape.hiddenSize(), names, widths, prefix + "attn_qkv");
    return attention.apply(layer, projected, pairs);
  }

  /** Which elements of the llama family's heads are rotated together: formats differ. */
  PairLayout llamaPairs() {
    return tensors.hasNeighbouringPairs() ? PairLayout.NEIGHBOURS : PairLayout.HALVES;
  }

  /** A linear layer, {@code NAME.weight}, and {@code NAME.bias} if there is one. */
  String linear(String x, int in, int out, String name) throws ModelException {
    return linears(x, in, List.of(name), List.of(out), name).get(0);
  }

  /** {@code down(silu(gate(x)) * up(x))} (Shazeer, arXiv 2002.05202, SwiGLU). */
  String gatedMlp(String x, String prefix) throws ModelException {
    int width = shape.feedForwardSize();
    List<String> names = List.of(prefix + "ffn_gate", prefix + "ffn_up");
    List<String> halves =
        linears(x, shape.hiddenSize(), names, List.of(width, width), prefix + "ffn_gate_up");
    if (halves.size() == 1) {
      String gate = prefix + "ffn_gate.out";
      String up = prefix + "ffn_up.out";
      graph
          .node("Split")
          .in(halves.get(0))
          .attribute("axis", -1)
          .attribute("num_outputs", 2)
          .out(gate, up);
      halves = List.of(gate, up);
    }
    // x * sigmoid(alpha * x): with alpha 1 it is SiLU.
    String activated =
        graph
            .ortNode("QuickGelu")
            .in(halves.get(0))
            .attribute("alpha", 1f)
            .out(prefix + "ffn_activated");
    String product = graph.node("Mul").in(activated, halves.get(1)).out(prefix + "ffn_gated");
    return linear(product, width, shape.hiddenSize(), prefix + "ffn_down");
  }

  /** The last {@code logits_rows} rows of a value. Only they go on to the logits. */
  String lastRows(String x) {
    String start = "logits_rows.start";
    if (!graph.defines(start)) {
      graph.node("Neg").in(LOGITS_ROWS).out(start);
    }
    String end = graph.constant("end", Long.MAX_VALUE);
    return graph.node("Slice").in(x, start, end, graph.constant("axis_0", 0)).out(x + ".last");
  }

  /** Cuts the stream to its last rows, as {@link #lastRows}. */
  void keepLastRows(ResidualStream stream) {
    stream.become(lastRows(stream.value()));
  }

  /**
   * Scores over the vocabulary.
   *
   * @param x {@code [logits_rows, hidden_size]}
   * @param weight the head's matrix
   * @param tied the embedding's matrix, which serves where there is no {@code weight}
   */
  void head(String x, String weight, String tied) throws ModelException {
    Matrix matrix = embeddingMatrix(tensors.has(weight) ? weight : tied);
    String flat = products.apply(x, matrix, "logits.flat");
    graph.node("Unsqueeze").in(flat, graph.constant("axis_0", 0)).out("logits");
    graph.output(
        GraphValue.of(
            "logits",
            GraphValue.Type.FLOAT,
            "1",
            LOGITS_ROWS,
            Integer.toString(shape.vocabSize())));
  }

  /**
   * Linear layers over one input: one product where all have one format, and one each otherwise.
   *
   * @return the results side by side in one value, or each in its own
   */
  private List<String> linears(
      String x, int in, List<String> names, List<Integer> widths, String fusedName)
      throws ModelException {
    List<SourceTensor> matrices = new ArrayList<>();
    List<Optional<SourceTensor>> biases = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      matrices.add(tensors.matrix(names.get(i) + ".weight", in, widths.get(i)));
      biases.add(tensors.vectorIfPresent(names.get(i) + ".bias", widths.get(i)));
    }
    if (oneFormat(matrices, biases)) {
      return List.of(linear(x, matrices, biases, fusedName));
    }
    List<String> results = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      results.add(linear(x, List.of(matrices.get(i)), List.of(biases.get(i)), names.get(i)));
    }
    return results;
  }

  private static boolean oneFormat(
      List<SourceTensor> matrices, List<Optional<SourceTensor>> biases) {
    return matrices.stream().map(SourceTensor::type).distinct().count() == 1
        && biases.stream().map(bias -> bias.map(SourceTensor::type)).distinct().count() == 1;
  }

  private String linear(
      String x, List<SourceTensor> matrices, List<Optional<SourceTensor>> biases, String name) {
    String out = name + ".out";
    List<SourceTensor> present = biases.stream().flatMap(Optional::stream).toList();
    if (present.isEmpty()) {
      return products.apply(x, Matrix.of(matrices), out);
    }
    String product = products.apply(x, Matrix.of(matrices), name + ".product");
    return graph.node("Add").in(product, graph.weight(vectorPart(present))).out(out);
  }

  private String vector(String name, long size) throws ModelException {
    return graph.weight(vectorPart(List.of(tensors.vector(name, size))));
  }

  private static WeightPart vectorPart(List<SourceTensor> vectors) {
    SourceTensor first = vectors.get(0);
    long size = vectors.stream().mapToLong(SourceTensor::elements).sum();
    return new WeightPart.Converted(
        first.name(),
        ElementType.FLOAT,
        List.of(size),
        vectors,
        WeightFormat.of(first.type()).orElseThrow().elements());
  }
}
