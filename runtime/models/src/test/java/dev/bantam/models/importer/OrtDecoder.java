package dev.bantam.models.importer;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Runs an imported graph, by the contract of {@link dev.bantam.format.DecoderConfig} alone. */
final class OrtDecoder implements AutoCloseable {

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final Map<String, OnnxTensor> cache = new LinkedHashMap<>();
  private int length;

  OrtDecoder(Path graph, int layers, int kvHeads, int headSize, int capacity) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      session = environment.createSession(graph.toString(), options);
    }
    for (int layer = 0; layer < layers; layer++) {
      for (String part : new String[] {".key", ".value"}) {
        FloatBuffer buffer =
            ByteBuffer.allocateDirect(kvHeads * capacity * headSize * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        cache.put(
            layer + part,
            OnnxTensor.createTensor(
                environment, buffer, new long[] {1, kvHeads, capacity, headSize}));
      }
    }
  }

  /** Appends tokens to the sequence; logits of the last {@code rows}. */
  float[][] evaluate(int[] tokens, int rows) throws OrtException {
    length += tokens.length;
    Map<String, OnnxTensor> inputs = new HashMap<>();
    Map<String, OnnxValue> outputs = new HashMap<>();
    cache.forEach((name, tensor) -> inputs.put("past_key_values." + name, tensor));
    cache.forEach((name, tensor) -> outputs.put("present." + name, tensor));
    long[] ids = Arrays.stream(tokens).asLongStream().toArray();
    try (OnnxTensor inputIds = longs(ids, 1, ids.length);
        OnnxTensor wanted = longs(new long[] {rows}, 1);
        OnnxTensor last = ints(length - 1, 1);
        OnnxTensor total = ints(length)) {
      inputs.put("input_ids", inputIds);
      inputs.put("logits_rows", wanted);
      inputs.put("seqlens_k", last);
      inputs.put("total_sequence_length", total);
      try (OrtSession.Result result = session.run(inputs, Set.of("logits"), outputs)) {
        return ((float[][][]) result.get("logits").orElseThrow().getValue())[0];
      }
    }
  }

  void rewind(int newLength) {
    length = newLength;
  }

  private OnnxTensor longs(long[] values, long... shape) throws OrtException {
    return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
  }

  private OnnxTensor ints(int value, long... shape) throws OrtException {
    return OnnxTensor.createTensor(environment, IntBuffer.wrap(new int[] {value}), shape);
  }

  @Override
  public void close() throws OrtException {
    session.close();
    cache.values().forEach(OnnxTensor::close);
  }
}
