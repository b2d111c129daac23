package dev.bantam.models.importer.encoder;

import dev.bantam.models.ModelException;
import dev.bantam.models.importer.architecture.Activation;
import dev.bantam.models.importer.architecture.LinearLayers;
import dev.bantam.models.importer.graph.GraphBuilder;
import dev.bantam.models.importer.graph.GraphValue;
import dev.bantam.models.importer.graph.GraphValue.Type;
import dev.bantam.models.importer.graph.Operator;
import dev.bantam.models.importer.tensor.SourceTensors;
import java.util.List;
import java.util.Optional;

/**
 * The blocks that encoders are made of, over rows {@code [tokens, hidden_size]} (see {@link
 * TokenRows}). Biases go into the node that follows: into attention, the norm, the activation.
 * Inputs and outputs of the graph are those of {@link dev.bantam.format.EncoderConfig}.
 */
final class EncoderBlocks {

  private static final int QKV = 3;

  private final EncoderShape shape;
  private final SourceTensors tensors;
  private final GraphBuilder graph;
  private final LinearLayers layers;
  private final TokenRows rows;

  /**
   * @param byChannel whether the layers' matrices are quantized to 8 bits with a scale a channel
   */
  EncoderBlocks(
      EncoderShape shape,
      SourceTensors tensors,
      GraphBuilder graph,
      TokenRows rows,
      boolean byChannel) {
    this.shape = shape;
    this.tensors = tensors;
    this.graph = graph;
    this.layers = new LinearLayers(tensors, graph, byChannel);
    this.rows = rows;
  }

  /** The normed sum of a token's embedding, its position's and its type's. */
  String embedding() throws ModelException {
    int hidden = shape.hiddenSize();
    String words =
        layers.rows(
            rows.input("input_ids"), hidden, shape.vocabSize(), "token_embd.weight", "words");
    String places =
        layers.rows(rows.positions(), hidden, shape.positions(), "position_embd.weight", "places");
    if (shape.hasTokenTypes()) {
      String types = rows.input("token_type_ids");
      String typed = layers.rows(types, hidden, shape.tokenTypes(), "token_types.weight", "types");
      places = graph.node(Operator.ADD).in(places, typed).out("places.typed");
    }
    String only = shape.tokenTypes() == 1 ? layers.vector("token_types.weight", hidden) : "";
    return sumNormed(words, places, only, "token_embd_norm");
  }

  /** Norm of the sum of a product, its bias and the stream: {@code NAME.bias}, NAME_norm. */
  String norm(String product, String stream, String name) throws ModelException {
    return norm(product, stream, name, name + "_norm");
  }

  /** The same, the norm named by itself. */
  String norm(String product, String stream, String name, String norm) throws ModelException {
    String bias = layers.vector(name + ".bias", shape.hiddenSize());
    return sumNormed(product, stream, bias, norm);
  }

  private String sumNormed(String x, String skip, String bias, String name) throws ModelException {
    int hidden = shape.hiddenSize();
    String weight = layers.vector(name + ".weight", hidden);
    String shift = layers.vector(name + ".bias", hidden);
    return graph
        .node(Operator.SKIP_LAYER_NORMALIZATION)
        .in(x, skip, weight, shift, bias)
        .attribute("epsilon", shape.epsilon())
        .out(name + ".normed");
  }

  /** Attention of all tokens of a text to each other, and its output product without the bias. */
  String attention(String x, String prefix) throws ModelException {
    int hidden = shape.hiddenSize();
    List<String> names = List.of(prefix + "attn_q", prefix + "attn_k", prefix + "attn_v");
    Optional<String> weights =
        rows.isText() ? layers.floats(names, hidden, hidden) : Optional.empty();
    String attended =
        weights.isPresent()
            ? wholeAttention(rows.unpack(x, hidden, prefix + "attn.text"), weights.get(), names)
            : attention(queriesKeysValues(x, prefix, names), names);
    String packed = rows.pack(attended, hidden, prefix + "attn.packed");
    return product(packed, hidden, hidden, prefix + "attn_output");
  }

  private String attention(List<String> parts, List<String> names) throws ModelException {
    return graph
        .node(Operator.MULTI_HEAD_ATTENTION)
        .in(parts.get(0), parts.get(1), parts.get(2))
        .in(biases(names), rows.mask())
        .attribute("num_heads", shape.heads())
        .out(names.get(0) + ".attended");
  }

  /** With the products in the same node, which takes floats alone. */
  private String wholeAttention(String x, String weights, List<String> names)
      throws ModelException {
    return graph
        .node(Operator.ATTENTION)
        .in(x, weights, biases(names))
        .attribute("num_heads", shape.heads())
        .out(names.get(0) + ".attended");
  }

  private String biases(List<String> names) throws ModelException {
    return layers.vectors(names.stream().map(name -> name + ".bias").toList(), shape.hiddenSize());
  }

  private List<String> queriesKeysValues(String x, String prefix, List<String> names)
      throws ModelException {
    int hidden = shape.hiddenSize();
    List<String> products = layers.products(x, hidden, names, hidden, prefix + "attn_qkv");
    if (products.size() == QKV) {
      return products.stream().map(part -> rows.unpack(part, hidden, part + ".unpacked")).toList();
    }
    return rows.unpackParts(
        products.get(0), hidden, names.stream().map(name -> name + ".unpacked").toList());
  }

  /** {@code down(activation(up(x)))} without the last bias. */
  String mlp(String x, String prefix) throws ModelException {
    int width = shape.feedForwardSize();
    String up = product(x, shape.hiddenSize(), width, prefix + "ffn_up");
    String bias = layers.vector(prefix + "ffn_up.bias", width);
    String activated = activated(up, bias, prefix + "ffn_activated");
    return product(activated, width, shape.hiddenSize(), prefix + "ffn_down");
  }

  private String activated(String x, String bias, String out) {
    if (shape.activation() == Activation.GELU) {
      return graph.node(Operator.BIAS_GELU).in(x, bias).out(out);
    }
    String sum = graph.node(Operator.ADD).in(x, bias).out(out + ".in");
    return shape.activation().apply(graph, sum, out);
  }

  private String product(String x, int in, int out, String name) throws ModelException {
    return layers.products(x, in, List.of(name), out, name).get(0);
  }

  /** Gives the hidden states out. */
  void hiddenStates(String x) {
    String out = rows.unpack(x, shape.hiddenSize(), "last_hidden_state");
    String width = Integer.toString(shape.hiddenSize());
    graph.output(GraphValue.of(out, Type.FLOAT, "batch", "sequence", width));
  }

  /** A layer over each text's first token: {@code [batch, hidden_size]}. */
  String firstToken(String x, String name, Squash squash) throws ModelException {
    String first = rows.firstRows(x, name + ".first");
    String dense = layers.linear(first, shape.hiddenSize(), shape.hiddenSize(), name);
    return graph.node(squash.operator()).in(dense).out(name + ".squashed");
  }

  /** One row of logits a text. */
  void textLogits(String pooled) throws ModelException {
    int labels = tensors.rows("cls.weight");
    String logits = layers.linear(pooled, shape.hiddenSize(), labels, "cls");
    graph.node(Operator.IDENTITY).in(logits).out("logits");
    graph.output(GraphValue.of("logits", Type.FLOAT, "batch", Integer.toString(labels)));
  }

  /** One row of logits a token. */
  void tokenLogits(String x) throws ModelException {
    int labels = tensors.rows("cls.weight");
    String rowLogits = layers.linear(x, shape.hiddenSize(), labels, "cls");
    rows.unpack(rowLogits, labels, "logits");
    graph.output(
        GraphValue.of("logits", Type.FLOAT, "batch", "sequence", Integer.toString(labels)));
  }

  /** Two logits a token: an answer begins there, and it ends there. */
  void spanLogits(String x) throws ModelException {
    String rowLogits = layers.linear(x, shape.hiddenSize(), 2, "span");
    String both = rows.unpack(rowLogits, 2, "span.logits");
    List<String> names = List.of("start_logits", "end_logits");
    for (int i = 0; i < names.size(); i++) {
      String index = graph.scalar("index_" + i, (long) i);
      graph.node(Operator.GATHER).in(both, index).attribute("axis", -1).out(names.get(i));
      graph.output(GraphValue.of(names.get(i), Type.FLOAT, "batch", "sequence"));
    }
  }
}
