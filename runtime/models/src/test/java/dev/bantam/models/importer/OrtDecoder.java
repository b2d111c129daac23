package dev.bantam.models.importer;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Runs an imported graph, by the contract of {@link dev.bantam.format.DecoderConfig} alone. */
final class OrtDecoder implements AutoCloseable {

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final Map<String, OnnxTensor> cache = new LinkedHashMap<>();
  private final int vocabSize;

  /** Up to which length the first of two sets of position tables serves; 0 if there is one set. */
  private final int shortContext;

  private final List<Integer> tokens = new ArrayList<>();
  private boolean isLong;

  OrtDecoder(Path graph, JsonNode config, int capacity) throws OrtException {
    this(
        graph,
        config.get("layers").asInt(),
        config.get("kv_heads").asInt(),
        config.get("head_size").asInt(),
        config.get("vocab_size").asInt(),
        config.path("short_context_length").asInt(),
        capacity);
  }

  OrtDecoder(Path graph, int layers, int kvHeads, int headSize, int capacity) throws OrtException {
    this(graph, layers, kvHeads, headSize, 0, 0, capacity);
  }

  private OrtDecoder(
      Path graph,
      int layers,
      int kvHeads,
      int headSize,
      int vocabSize,
      int shortContext,
      int capacity)
      throws OrtException {
    this.vocabSize = vocabSize;
    this.shortContext = shortContext;
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

  int vocabSize() {
    return vocabSize;
  }

  /** Appends tokens to the sequence; logits of the last {@code rows}. */
  float[][] evaluate(int[] added, int rows) throws OrtException {
    return evaluate(added, rows, tokens.size() + added.length);
  }

  /**
   * Appends tokens to a sequence that is known to become {@code finalLength} tokens long. Where
   * that changes the position tables, the tokens before are evaluated again.
   */
  float[][] evaluate(int[] added, int rows, int finalLength) throws OrtException {
    boolean becomesLong = shortContext > 0 && finalLength > shortContext;
    int[] before = tokens.stream().mapToInt(Integer::intValue).toArray();
    if (becomesLong != isLong && before.length > 0) {
      isLong = becomesLong;
      tokens.clear();
      run(before, 1);
    }
    isLong = becomesLong;
    return run(added, rows);
  }

  private float[][] run(int[] added, int rows) throws OrtException {
    Arrays.stream(added).forEach(tokens::add);
    int length = tokens.size();
    Map<String, OnnxTensor> inputs = new HashMap<>();
    Map<String, OnnxValue> outputs = new HashMap<>();
    cache.forEach((name, tensor) -> inputs.put("past_key_values." + name, tensor));
    cache.forEach((name, tensor) -> outputs.put("present." + name, tensor));
    long[] ids = Arrays.stream(added).asLongStream().toArray();
    try (OnnxTensor inputIds = longs(ids, 1, ids.length);
        OnnxTensor wanted = longs(new long[] {rows}, 1);
        OnnxTensor offset = longs(new long[] {isLong ? shortContext : 0}, 1);
        OnnxTensor last = ints(length - 1, 1);
        OnnxTensor total = ints(length)) {
      inputs.put("input_ids", inputIds);
      inputs.put("logits_rows", wanted);
      inputs.put("seqlens_k", last);
      inputs.put("total_sequence_length", total);
      if (shortContext > 0) {
        inputs.put("position_offset", offset);
      }
      try (OrtSession.Result result = session.run(inputs, Set.of("logits"), outputs)) {
        return ((float[][][]) result.get("logits").orElseThrow().getValue())[0];
      }
    }
  }

  void rewind(int newLength) {
    tokens.subList(newLength, tokens.size()).clear();
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
