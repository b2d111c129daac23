package dev.bantam.inference.session;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.bantam.format.DecoderConfig;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The inputs and outputs that {@link DecoderConfig} promises of a decoder graph, and the check that
 * a loaded graph has them. Without the check a mismatch would show as a wrong answer or a crash.
 */
final class GraphContract {

  static final String INPUT_IDS = "input_ids";
  static final String SEQLENS_K = "seqlens_k";
  static final String TOTAL_LENGTH = "total_sequence_length";
  static final String LOGITS_ROWS = "logits_rows";
  static final String LOGITS = "logits";

  private static final long ANY = -1;

  private final Map<String, Tensor> inputs = new LinkedHashMap<>();
  private final Map<String, Tensor> outputs = new LinkedHashMap<>();

  GraphContract(DecoderConfig config) {
    inputs.put(INPUT_IDS, new Tensor(OnnxJavaType.INT64, 1, ANY));
    inputs.put(SEQLENS_K, new Tensor(OnnxJavaType.INT32, 1));
    inputs.put(TOTAL_LENGTH, new Tensor(OnnxJavaType.INT32));
    inputs.put(LOGITS_ROWS, new Tensor(OnnxJavaType.INT64, 1));
    outputs.put(LOGITS, new Tensor(OnnxJavaType.FLOAT, 1, ANY, config.vocabSize()));
    Tensor cache = new Tensor(OnnxJavaType.FLOAT, 1, config.kvHeads(), ANY, config.headSize());
    for (int layer = 0; layer < config.layers(); layer++) {
      for (String part : KvCache.PARTS) {
        inputs.put(KvCache.pastName(layer, part), cache);
        outputs.put(KvCache.presentName(layer, part), cache);
      }
    }
  }

  /**
   * @throws TaskException with {@link ErrorCode#MODEL_UNUSABLE} and what differs
   */
  void check(OrtSession session) throws TaskException, OrtException {
    check("input", inputs, session.getInputInfo());
    check("output", outputs, session.getOutputInfo());
  }

  private static void check(String kind, Map<String, Tensor> expected, Map<String, NodeInfo> found)
      throws TaskException {
    for (Map.Entry<String, Tensor> entry : expected.entrySet()) {
      String name = entry.getKey();
      NodeInfo info = found.get(name);
      if (info == null) {
        throw mismatch("%s \"%s\" is missing".formatted(kind, name));
      }
      if (!entry.getValue().accepts(info)) {
        throw mismatch(
            "%s \"%s\" should be %s, but is %s"
                .formatted(kind, name, entry.getValue(), describe(info)));
      }
    }
    for (String name : found.keySet()) {
      if (!expected.containsKey(name)) {
        throw mismatch("%s \"%s\" is not known to Bantam".formatted(kind, name));
      }
    }
  }

  private static String describe(NodeInfo info) {
    return info.getInfo() instanceof TensorInfo tensor
        ? tensor.type + " " + Arrays.toString(tensor.getShape())
        : "no tensor";
  }

  private static TaskException mismatch(String what) {
    return new TaskException(
        ErrorCode.MODEL_UNUSABLE,
        "the model's graph does not fit its configuration: %s (-1 stands for any size); import the model again"
            .formatted(what));
  }

  private record Tensor(OnnxJavaType type, long... shape) {

    boolean accepts(NodeInfo info) {
      if (!(info.getInfo() instanceof TensorInfo found) || found.type != type) {
        return false;
      }
      long[] dimensions = found.getShape();
      if (dimensions.length != shape.length) {
        return false;
      }
      for (int i = 0; i < shape.length; i++) {
        if (shape[i] != ANY && dimensions[i] != ANY && shape[i] != dimensions[i]) {
          return false;
        }
      }
      return true;
    }

    @Override
    public String toString() {
      return type + " " + Arrays.toString(shape);
    }
  }
}
