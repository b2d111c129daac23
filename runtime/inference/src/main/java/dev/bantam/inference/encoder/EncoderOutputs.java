package dev.bantam.inference.encoder;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.bantam.format.EncoderConfig;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The inputs and outputs that {@link EncoderConfig} describes of an encoder's graph.
 *
 * @param names of the outputs that are asked for
 * @param width elements of one text, or of one token if {@code perToken}
 */
record EncoderOutputs(List<String> names, int width, boolean perToken) {

  static final String IDS = "input_ids";
  static final String MASK = "attention_mask";
  static final String TYPES = "token_type_ids";

  static EncoderOutputs of(EncoderConfig config) {
    return switch (config.head()) {
      case NONE -> new EncoderOutputs(List.of("last_hidden_state"), config.hiddenSize(), true);
      case SEQUENCE -> new EncoderOutputs(List.of("logits"), config.labels().size(), false);
      case TOKENS -> new EncoderOutputs(List.of("logits"), config.labels().size(), true);
      case SPAN -> new EncoderOutputs(List.of("start_logits", "end_logits"), 1, true);
    };
  }

  /** An output's shape for a batch. */
  long[] shape(int batch, int sequence) {
    if (!perToken) {
      return new long[] {batch, width};
    }
    return names.size() > 1 ? new long[] {batch, sequence} : new long[] {batch, sequence, width};
  }

  /** Elements of one output for a batch. */
  int elements(int batch, int sequence) {
    return Math.multiplyExact(Math.multiplyExact(batch, perToken ? sequence : 1), width);
  }

  /**
   * @throws TaskException with {@link ErrorCode#MODEL_UNUSABLE} and what differs
   */
  void check(OrtSession session, EncoderConfig config) throws TaskException, OrtException {
    Set<String> inputs =
        new TreeSet<>(config.tokenTypes() ? List.of(IDS, MASK, TYPES) : List.of(IDS, MASK));
    if (!inputs.equals(session.getInputNames())) {
      throw mismatch(
          "its inputs are %s, but should be %s"
              .formatted(new TreeSet<>(session.getInputNames()), inputs));
    }
    Map<String, NodeInfo> outputs = session.getOutputInfo();
    int rank = shape(1, 1).length;
    for (String name : names) {
      NodeInfo found = outputs.get(name);
      if (found == null) {
        throw mismatch(
            "it has no output \"%s\", but %s".formatted(name, new TreeSet<>(outputs.keySet())));
      }
      if (!(found.getInfo() instanceof TensorInfo tensor)
          || tensor.type != OnnxJavaType.FLOAT
          || tensor.getShape().length != rank
          || !fits(tensor.getShape()[rank - 1])) {
        throw mismatch(
            "its output \"%s\" should be FLOAT %s (-1 stands for any size), but is %s"
                .formatted(name, Arrays.toString(shape(-1, -1)), found.getInfo()));
      }
    }
  }

  private boolean fits(long last) {
    return last < 0 || names.size() > 1 || last == width;
  }

  private static TaskException mismatch(String what) {
    return new TaskException(
        ErrorCode.MODEL_UNUSABLE,
        "the model's graph does not fit its configuration: %s; import the model again, or choose another file of it"
            .formatted(what));
  }
}
