package dev.bantam.models.importer.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.bantam.format.EncoderConfig;
import dev.bantam.format.EncoderConfig.Head;
import dev.bantam.models.ModelException;
import dev.bantam.models.importer.encoder.EncoderFolder;
import dev.bantam.models.importer.graph.Operator;
import dev.bantam.models.importer.safetensors.TransformersConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * An encoder's export: what {@link EncoderConfig} says of it, by its graph, and by its folder where
 * the graph leaves it open.
 */
final class EncoderExport {

  static final String HIDDEN_STATES = "last_hidden_state";

  /** What sentence-transformers' own exports call it. */
  static final String TOKEN_EMBEDDINGS = "token_embeddings";

  private static final String LOGITS = "logits";
  private static final String START = "start_logits";
  private static final String END = "end_logits";
  private static final String IDS = "input_ids";
  private static final String MASK = "attention_mask";
  private static final String TYPES = "token_type_ids";
  private static final Set<String> INPUTS = Set.of(IDS, MASK, TYPES);

  /** Families whose positions begin behind the padding token's row. */
  private static final Set<String> BEHIND_PADDING =
      Set.of("roberta", "xlm-roberta", "camembert", "mpnet");

  private static final Map<String, String> SAME =
      Map.of("xlm-roberta", "roberta", "camembert", "roberta");

  private final Path file;
  private final GraphScan.Found graph;
  private final TransformersConfig config;
  private final EncoderFolder folder;

  private EncoderExport(ExportFolder export, GraphScan.Found graph, TransformersConfig config) {
    this.file = export.graph();
    this.graph = graph;
    this.config = config;
    this.folder = new EncoderFolder(export.folder(), config);
  }

  /** The export, if it is one of an encoder: without a cache, and with an encoder's outputs. */
  static Optional<EncoderExport> of(
      ExportFolder export, GraphScan.Found graph, TransformersConfig config) throws ModelException {
    EncoderExport found = new EncoderExport(export, graph, config);
    return found.isEncoder() ? Optional.of(found) : Optional.empty();
  }

  private boolean isEncoder() throws ModelException {
    if (graph.inputs().keySet().stream().anyMatch(name -> name.startsWith("past_key_values"))) {
      return false;
    }
    return hasOutput(HIDDEN_STATES)
        || hasOutput(TOKEN_EMBEDDINGS)
        || hasOutput(START)
        || (hasOutput(LOGITS) && logitsHead().isPresent());
  }

  private boolean hasOutput(String name) {
    return graph.outputs().containsKey(name);
  }

  /** Whether logits are a text's or a token's; empty if they are those of a language model. */
  private Optional<Head> logitsHead() throws ModelException {
    List<String> names = config.texts("architectures");
    String name = names.isEmpty() ? "" : names.get(0);
    if (name.endsWith("ForSequenceClassification")) {
      return Optional.of(Head.SEQUENCE);
    }
    if (name.endsWith("ForTokenClassification")) {
      return Optional.of(Head.TOKENS);
    }
    return rank(LOGITS) == 2 ? Optional.of(Head.SEQUENCE) : Optional.empty();
  }

  private int rank(String output) {
    return shape(output).map(TensorShapeProto::getDimCount).orElse(0);
  }

  private Optional<TensorShapeProto> shape(String output) {
    return Optional.ofNullable(graph.outputs().get(output))
        .map(value -> value.getType().getTensorType().getShape());
  }

  private Head head() throws ModelException {
    if (hasOutput(START)) {
      return Head.SPAN;
    }
    return hasOutput(LOGITS) ? logitsHead().orElse(Head.NONE) : Head.NONE;
  }

  /**
   * @throws ModelException {@code UNSUPPORTED} if the graph wants or gives what an encoder does
   *     not, {@code MALFORMED} if a size cannot be found
   */
  EncoderConfig read() throws ModelException {
    Head head = head();
    checkInputs();
    for (String output : outputs(head)) {
      requireFloats(output);
    }
    int vocabulary = size("vocab_size", require("vocab_size"));
    boolean labelled = head == Head.SEQUENCE || head == Head.TOKENS;
    String family = config.text("model_type").orElse("unknown");
    return new EncoderConfig(
        EncoderConfig.FORMAT,
        SAME.getOrDefault(family, family),
        size("layers", require("num_hidden_layers", "n_layers", "num_layers")),
        size("heads", require("num_attention_heads", "n_heads")),
        hiddenSize(head),
        vocabulary,
        folder.maxTokens(positions(family)),
        folder.padTokenId(vocabulary, BEHIND_PADDING.contains(family) ? 1 : 0),
        graph.inputs().containsKey(TYPES),
        head,
        labelled ? labels() : List.of(),
        folder.pooling(),
        folder.normalizes(),
        folder.prefixes());
  }

  /** The outputs that are asked for, as the graph calls them. */
  private List<String> outputs(Head head) {
    return switch (head) {
      case NONE -> List.of(hasOutput(HIDDEN_STATES) ? HIDDEN_STATES : TOKEN_EMBEDDINGS);
      case SEQUENCE, TOKENS -> List.of(LOGITS);
      case SPAN -> List.of(START, END);
    };
  }

  private void checkInputs() throws ModelException {
    for (String name : List.of(IDS, MASK)) {
      if (!graph.inputs().containsKey(name)) {
        throw OnnxErrors.unsupported(
            file,
            "it has no input \"%s\"; encoders as Optimum and sentence-transformers export them can be imported"
                .formatted(name));
      }
    }
    for (Map.Entry<String, ValueInfoProto> input : graph.inputs().entrySet()) {
      String name = OnnxErrors.shortened(input.getKey());
      if (!INPUTS.contains(input.getKey())) {
        throw OnnxErrors.unsupported(
            file, "its input \"%s\" is not supported; supported are %s".formatted(name, INPUTS));
      }
      int type = input.getValue().getType().getTensorType().getElemType();
      if (type != TensorProto.DataType.INT64.getNumber()) {
        throw OnnxErrors.unsupported(
            file, "its input \"%s\" is not int64; export it again with int64".formatted(name));
      }
    }
  }

  private void requireFloats(String output) throws ModelException {
    ValueInfoProto value = graph.outputs().get(output);
    if (value == null) {
      throw OnnxErrors.unsupported(file, "it has no output \"%s\"".formatted(output));
    }
    int type = value.getType().getTensorType().getElemType();
    if (type != TensorProto.DataType.FLOAT.getNumber()) {
      throw OnnxErrors.unsupported(
          file,
          "its output \"%s\" is not in 32-bit floats; choose another of its graphs"
              .formatted(output));
    }
  }

  private int hiddenSize(Head head) throws ModelException {
    Optional<Long> fixed =
        head == Head.NONE ? lastDimension(outputs(head).get(0)) : Optional.empty();
    return size("hidden_size", fixed.isPresent() ? fixed.get() : require("hidden_size", "dim"));
  }

  /** Tokens that a text can have. */
  private int positions(String family) throws ModelException {
    long rows = require("max_position_embeddings", "n_positions");
    long padding = config.whole("pad_token_id").orElse(1L);
    return size(
        "max_position_embeddings", BEHIND_PADDING.contains(family) ? rows - padding - 1 : rows);
  }

  private List<String> labels() throws ModelException {
    Optional<Long> fixed = lastDimension(LOGITS);
    Optional<TransformersConfig> named = config.object("id2label");
    long count =
        fixed.isPresent() ? fixed.get() : named.map(labels -> labels.node().size()).orElse(2);
    return folder.labels(size("id2label", count));
  }

  private Optional<Long> lastDimension(String output) {
    return shape(output)
        .filter(shape -> shape.getDimCount() > 0)
        .map(shape -> shape.getDim(shape.getDimCount() - 1).getDimValue())
        .filter(dimension -> dimension > 0);
  }

  private long require(String... keys) throws ModelException {
    for (String key : keys) {
      Optional<Long> value = config.whole(key);
      if (value.isPresent()) {
        return value.get();
      }
    }
    throw config.malformed(String.join(" or ", keys), "the key is missing");
  }

  private int size(String key, long value) throws ModelException {
    if (value < 1 || value > Integer.MAX_VALUE) {
      throw config.malformed(key, "%d is no sensible size".formatted(value));
    }
    return (int) value;
  }

  /**
   * What is put behind the graph's file to give hidden states the name that {@link EncoderConfig}
   * has for them. Messages that follow each other in protobuf are one: a model's second graph adds
   * its nodes and outputs to the first (protobuf.dev, "Encoding", "Last One Wins").
   */
  byte[] suffix() throws ModelException {
    if (head() != Head.NONE || hasOutput(HIDDEN_STATES)) {
      return new byte[0];
    }
    ValueInfoProto named =
        Objects.requireNonNull(graph.outputs().get(TOKEN_EMBEDDINGS)).toBuilder()
            .setName(HIDDEN_STATES)
            .build();
    NodeProto rename =
        NodeProto.newBuilder()
            .setOpType(Operator.IDENTITY.type())
            .addInput(TOKEN_EMBEDDINGS)
            .addOutput(HIDDEN_STATES)
            .build();
    GraphProto more = GraphProto.newBuilder().addNode(rename).addOutput(named).build();
    return ModelProto.newBuilder().setGraph(more).build().toByteArray();
  }
}
