package dev.bantam.inference.session;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.bantam.format.DecoderConfig;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The inputs and outputs that {@link DecoderConfig} describes of a decoder graph, of Bantam's own
 * form or an export's. It recognises which a loaded graph has by names, ranks and element types,
 * and by a trial run whether the cache may be written in place. Without the check a mismatch would
 * show as a wrong answer or a crash.
 */
final class GraphContract {

  static final String INPUT_IDS = "input_ids";
  static final String SEQLENS_K = "seqlens_k";
  static final String TOTAL_LENGTH = "total_sequence_length";
  static final String POSITION_OFFSET = "position_offset";
  static final String LOGITS_ROWS = "logits_rows";
  static final String ATTENTION_MASK = "attention_mask";
  static final String POSITION_IDS = "position_ids";
  static final String LOGITS_TO_KEEP = "num_logits_to_keep";
  static final String LOGITS = "logits";

  private static final long ANY = TensorForm.ANY;
  private static final List<OnnxJavaType> LONG = List.of(OnnxJavaType.INT64);
  private static final List<OnnxJavaType> INT = List.of(OnnxJavaType.INT32);
  private static final List<OnnxJavaType> FLOAT = List.of(OnnxJavaType.FLOAT);
  private static final List<OnnxJavaType> OWN_CACHE =
      List.of(OnnxJavaType.FLOAT, OnnxJavaType.INT8);
  private static final List<OnnxJavaType> REAL = List.of(OnnxJavaType.FLOAT, OnnxJavaType.FLOAT16);

  private static final int LENGTH_AXIS = 2;

  private final DecoderConfig config;
  private final Map<String, NodeInfo> inputs;
  private final Map<String, NodeInfo> outputs;

  private GraphContract(DecoderConfig config, OrtSession session) throws OrtException {
    this.config = config;
    this.inputs = session.getInputInfo();
    this.outputs = session.getOutputInfo();
  }

  /**
   * @throws TaskException with {@link ErrorCode#MODEL_UNUSABLE} and what differs
   */
  static GraphLayout recognise(OrtEnvironment environment, OrtSession session, DecoderConfig config)
      throws TaskException, OrtException {
    GraphContract contract = new GraphContract(config, session);
    Set<String> names = contract.inputs.keySet();
    if (names.contains(SEQLENS_K) || names.contains(LOGITS_ROWS)) {
      return contract.own();
    }
    GraphLayout layout = contract.export();
    boolean shared = new SharedCacheTrial(environment, session, config, layout).succeeds();
    if (!shared && layout.cacheLength().isPresent()) {
      throw mismatch(
          "its cache has a fixed length of %d, but it does not write it in place"
              .formatted(layout.cacheLength().getAsInt()));
    }
    return layout.withSharedCache(shared);
  }

  private GraphLayout own() throws TaskException {
    Map<String, TensorForm> required = new LinkedHashMap<>();
    required.put(INPUT_IDS, new TensorForm(LONG, 1, ANY));
    required.put(SEQLENS_K, new TensorForm(INT, 1));
    required.put(TOTAL_LENGTH, new TensorForm(INT));
    required.put(LOGITS_ROWS, new TensorForm(LONG, 1));
    if (config.shortContextLength().isPresent()) {
      required.put(POSITION_OFFSET, new TensorForm(LONG, 1));
    }
    check(required, Map.of(), FLOAT, OWN_CACHE);
    return layout(true, OptionalInt.empty(), isBatched());
  }

  private GraphLayout export() throws TaskException {
    requireCache();
    check(
        Map.of(INPUT_IDS, new TensorForm(LONG, 1, ANY)),
        Map.of(
            ATTENTION_MASK, new TensorForm(LONG, 1, ANY),
            POSITION_IDS, new TensorForm(LONG, 1, ANY),
            LOGITS_TO_KEEP, new TensorForm(LONG)),
        REAL,
        REAL);
    return layout(false, cacheLength(), false);
  }

  private void requireCache() throws TaskException {
    if (inputs.keySet().stream().noneMatch(name -> name.startsWith("past_key_values."))) {
      throw mismatch(
          "it has no inputs \"past_key_values.N.key\" and \".value\", so it was exported without a KV cache; export it for the task text-generation-with-past");
    }
  }

  private void check(
      Map<String, TensorForm> required,
      Map<String, TensorForm> optional,
      List<OnnxJavaType> real,
      List<OnnxJavaType> caches)
      throws TaskException {
    Map<String, TensorForm> wanted = new LinkedHashMap<>(required);
    Map<String, TensorForm> made = new LinkedHashMap<>();
    made.put(LOGITS, new TensorForm(real, 1, ANY, config.vocabSize()));
    TensorForm cache =
        new TensorForm(cacheTypes(caches), 1, config.kvHeads(), ANY, config.headSize());
    for (int layer = 0; layer < config.layers(); layer++) {
      for (String part : KvCache.PARTS) {
        wanted.put(KvCache.pastName(layer, part), cache);
        made.put(KvCache.presentName(layer, part), cache);
      }
    }
    check("input", wanted, optional, inputs);
    check("output", made, Map.of(), outputs);
  }

  /** All parts of the cache are of the type that the first has. */
  private List<OnnxJavaType> cacheTypes(List<OnnxJavaType> allowed) {
    NodeInfo first = inputs.get(KvCache.pastName(0, "key"));
    return allowed.stream()
        .filter(type -> first != null && TensorForm.typeOf(first).filter(type::equals).isPresent())
        .findFirst()
        .map(List::of)
        .orElse(allowed);
  }

  private static void check(
      String kind,
      Map<String, TensorForm> required,
      Map<String, TensorForm> optional,
      Map<String, NodeInfo> found)
      throws TaskException {
    for (Map.Entry<String, TensorForm> entry : required.entrySet()) {
      NodeInfo info = found.get(entry.getKey());
      if (info == null) {
        throw mismatch("%s \"%s\" is missing".formatted(kind, entry.getKey()));
      }
      entry.getValue().check(kind, info);
    }
    for (Map.Entry<String, NodeInfo> entry : found.entrySet()) {
      TensorForm form = optional.get(entry.getKey());
      if (form != null) {
        form.check(kind, entry.getValue());
      } else if (!required.containsKey(entry.getKey())) {
        throw mismatch("%s \"%s\" is not known to Bantam".formatted(kind, entry.getKey()));
      }
    }
  }

  private OptionalInt cacheLength() throws TaskException {
    long length = lengthOf(inputs, KvCache.pastName(0, "key"));
    long after = lengthOf(outputs, KvCache.presentName(0, "key"));
    if (length == ANY) {
      return OptionalInt.empty();
    }
    if (length < 1 || length != after || length > Integer.MAX_VALUE) {
      throw mismatch(
          "its cache has a fixed length of %d before a run and %d after; export it with a length that varies"
              .formatted(length, after));
    }
    return OptionalInt.of((int) length);
  }

  private static long lengthOf(Map<String, NodeInfo> values, String name) {
    return TensorForm.size(values, name, LENGTH_AXIS);
  }

  /** Position tables that turn would have to turn for all sequences at the same time. */
  private boolean isBatched() {
    return TensorForm.size(inputs, SEQLENS_K, 0) == ANY && config.shortContextLength().isEmpty();
  }

  private GraphLayout layout(boolean shared, OptionalInt cacheLength, boolean batches) {
    return new GraphLayout(
        inputs.keySet(),
        TensorForm.typeOf(inputs.get(KvCache.pastName(0, "key"))).orElse(OnnxJavaType.FLOAT),
        TensorForm.typeOf(outputs.get(LOGITS)).orElse(OnnxJavaType.FLOAT),
        shared,
        cacheLength,
        batches);
  }

  static TaskException mismatch(String what) {
    return new TaskException(
        ErrorCode.MODEL_UNUSABLE,
        "the model's graph does not fit its configuration: %s (-1 stands for any size); import the model again, or choose another file of it"
            .formatted(what));
  }
}
