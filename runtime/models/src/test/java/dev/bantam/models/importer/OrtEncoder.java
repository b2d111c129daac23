package dev.bantam.models.importer;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Runs an imported graph, by the contract of {@link dev.bantam.format.EncoderConfig} alone. */
final class OrtEncoder implements AutoCloseable {

  /** A text's token ids, and their types where the model has such. */
  record Text(int[] ids, int[] types) {}

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final int padding;

  OrtEncoder(Path graph, int padding) throws OrtException {
    this.padding = padding;
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      session = environment.createSession(graph.toString(), options);
    }
  }

  Set<String> inputs() {
    return session.getInputNames();
  }

  /**
   * Runs one batch, padded to its longest text.
   *
   * @return for each text its values, padding left out: {@code [tokens * width]}, or {@code
   *     [labels]}
   */
  float[][] run(List<Text> batch, String output) throws OrtException {
    int length = batch.stream().mapToInt(text -> text.ids().length).max().orElseThrow();
    Map<String, OnnxTensor> inputs = new HashMap<>();
    inputs.put("input_ids", tensor(batch, length, (text, i) -> text.ids()[i], padding));
    inputs.put("attention_mask", tensor(batch, length, (text, i) -> 1, 0));
    if (inputs().contains("token_type_ids")) {
      inputs.put("token_type_ids", tensor(batch, length, (text, i) -> text.types()[i], 0));
    }
    try (OrtSession.Result result = session.run(inputs, Set.of(output))) {
      OnnxTensor tensor = (OnnxTensor) result.get(output).orElseThrow();
      return split(tensor.getFloatBuffer(), tensor.getInfo().getShape(), batch, length, output);
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private static float[][] split(
      FloatBuffer values, long[] shape, List<Text> batch, int length, String output) {
    boolean perToken = !(output.equals("logits") && shape.length == 2);
    int width = values.remaining() / batch.size() / (perToken ? length : 1);
    float[][] split = new float[batch.size()][];
    for (int i = 0; i < batch.size(); i++) {
      split[i] = new float[width * (perToken ? batch.get(i).ids().length : 1)];
      values.get(i * width * (perToken ? length : 1), split[i]);
    }
    return split;
  }

  private interface Element {
    int of(Text text, int index);
  }

  private OnnxTensor tensor(List<Text> batch, int length, Element element, int padding)
      throws OrtException {
    long[] values = new long[batch.size() * length];
    for (int row = 0; row < batch.size(); row++) {
      Text text = batch.get(row);
      for (int i = 0; i < length; i++) {
        values[row * length + i] = i < text.ids().length ? element.of(text, i) : padding;
      }
    }
    return OnnxTensor.createTensor(
        environment, LongBuffer.wrap(values), new long[] {batch.size(), length});
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
