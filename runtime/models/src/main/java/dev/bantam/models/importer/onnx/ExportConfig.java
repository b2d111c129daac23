package dev.bantam.models.importer.onnx;

import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.bantam.format.DecoderConfig;
import dev.bantam.models.ModelException;
import dev.bantam.models.importer.NamedPromptFormat;
import dev.bantam.models.importer.safetensors.TransformersConfig;
import dev.bantam.models.importer.source.SourceTokenizer;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An export's hyper-parameters: sizes as the graph fixes them, the others by config.json's keys,
 * which differ from family to family.
 */
final class ExportConfig {

  private static final String PAST = "past_key_values.%d.%s";
  private static final String PRESENT = "present.%d.%s";
  private static final String LOGITS = "logits";
  private static final int CACHE_RANK = 4;
  private static final int LOGITS_RANK = 3;
  private static final int MAX_LAYERS = 1024;

  private final Path file;
  private final GraphScan.Found graph;
  private final TransformersConfig root;
  private final TransformersConfig config;

  ExportConfig(Path file, GraphScan.Found graph, TransformersConfig root) throws ModelException {
    this.file = file;
    this.graph = graph;
    this.root = root;
    this.config = root.object("text_config").orElse(root);
  }

  /** The part of config.json that speaks of the decoder. */
  TransformersConfig config() {
    return config;
  }

  /**
   * Looks at the graph alone.
   *
   * @throws ModelException {@code UNSUPPORTED} if it is no decoder with a cache
   */
  void checkGraph() throws ModelException {
    int unused = layers();
  }

  /**
   * @throws ModelException {@code UNSUPPORTED} if the graph is no decoder with a cache, {@code
   *     MALFORMED} if a size cannot be found
   */
  DecoderConfig read(SourceTokenizer tokenizer) throws ModelException {
    int layers = layers();
    long heads = require("num_attention_heads", "n_head", "n_heads", "num_heads");
    long hidden = require("hidden_size", "n_embd", "d_model", "dim");
    return new DecoderConfig(
        DecoderConfig.FORMAT,
        architecture(),
        layers,
        size("heads", heads),
        size("key heads", cache(1, first("num_key_value_heads").orElse(heads))),
        size("head size", cache(3, first("head_dim").orElse(hidden / Math.max(1, heads)))),
        size("hidden size", hidden),
        vocabSize(),
        contextLength(),
        Optional.empty(),
        tokenizer.bos(),
        tokenizer.addBos(),
        tokenizer.stops(),
        tokenizer.bosToken(),
        tokenizer.eosToken(),
        tokenizer.chatTemplate(),
        tokenizer.chatTemplate().isPresent()
            ? Optional.empty()
            : NamedPromptFormat.of(architecture(), root.plainText("_name_or_path")));
  }

  private String architecture() throws ModelException {
    return config.text("model_type").orElse("unknown");
  }

  private int layers() throws ModelException {
    requireInput("input_ids");
    int layers = 0;
    while (layers < MAX_LAYERS && graph.inputs().containsKey(PAST.formatted(layers, "key"))) {
      layers++;
    }
    if (layers == 0) {
      throw OnnxErrors.unsupported(
          file,
          "it has no inputs past_key_values.N.key, so it is no decoder with a KV cache, and no encoder's output last_hidden_state, token_embeddings, start_logits or logits of texts or tokens; export a decoder for the task text-generation-with-past");
    }
    for (int layer = 0; layer < layers; layer++) {
      requireInput(PAST.formatted(layer, "value"));
      requireOutput(PRESENT.formatted(layer, "key"));
      requireOutput(PRESENT.formatted(layer, "value"));
    }
    requireOutput(LOGITS);
    return layers;
  }

  private void requireInput(String name) throws ModelException {
    if (!graph.inputs().containsKey(name)) {
      throw missing("input", name);
    }
  }

  private void requireOutput(String name) throws ModelException {
    if (!graph.outputs().containsKey(name)) {
      throw missing("output", name);
    }
  }

  private ModelException missing(String kind, String name) {
    return OnnxErrors.unsupported(
        file,
        "it has no %s \"%s\"; decoders as Optimum, onnx-community and onnxruntime-genai export them can be imported"
            .formatted(kind, name));
  }

  /** The logits' last axis, which may be longer than the vocabulary. */
  private int vocabSize() throws ModelException {
    Optional<Long> fixed = dimension(graph.outputs().get(LOGITS), LOGITS_RANK, 2);
    return size("vocabulary", fixed.isPresent() ? fixed.get() : require("vocab_size"));
  }

  /** As trained, or as long as a cache of fixed length is. */
  private int contextLength() throws ModelException {
    long trained =
        require("max_position_embeddings", "n_positions", "n_ctx", "max_seq_len", "seq_length");
    return size("context", Math.min(trained, cache(2, trained)));
  }

  /** A size of the first layer's keys if the graph fixes it. */
  private long cache(int axis, long otherwise) {
    return dimension(graph.inputs().get(PAST.formatted(0, "key")), CACHE_RANK, axis)
        .orElse(otherwise);
  }

  private static Optional<Long> dimension(@Nullable ValueInfoProto value, int rank, int axis) {
    if (value == null) {
      return Optional.empty();
    }
    TensorShapeProto shape = value.getType().getTensorType().getShape();
    boolean fixed = shape.getDimCount() == rank && shape.getDim(axis).getDimValue() > 0;
    return fixed ? Optional.of(shape.getDim(axis).getDimValue()) : Optional.empty();
  }

  private Optional<Long> first(String... keys) throws ModelException {
    for (String key : keys) {
      Optional<Long> value = config.whole(key);
      if (value.isPresent()) {
        return value;
      }
    }
    return Optional.empty();
  }

  private long require(String... keys) throws ModelException {
    Optional<Long> value = first(keys);
    if (value.isEmpty()) {
      throw root.malformed(String.join(" or ", keys), "the key is missing");
    }
    return value.get();
  }

  private int size(String what, long value) throws ModelException {
    if (value < 1 || value > Integer.MAX_VALUE) {
      throw root.malformed(what, "%d is no sensible size".formatted(value));
    }
    return (int) value;
  }
}
