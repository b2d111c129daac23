package dev.bantam.inference.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Map;

/**
 * What changes from run to run besides the KV cache: token ids, lengths and logits. The tensors of
 * a decode step (one token, one row) are made once and kept.
 *
 * <p>Not thread-safe. Each {@link #bind} is followed by an {@link #unbind}.
 */
final class StepTensors implements AutoCloseable {

  private final OrtEnvironment environment;
  private final int vocab;
  private final Map<String, OnnxTensor> inputs;
  private final Map<String, OnnxValue> outputs;
  private final Resources resources = new Resources();
  private final LongBuffer ids;
  private final IntBuffer seqlens;
  private final IntBuffer total;
  private final LongBuffer rowCount;
  private final OnnxTensor oneId;
  private Rows rows;

  /**
   * @param chunk most tokens a run
   * @param inputs run inputs, into which {@link #bind} puts tensors
   * @param outputs pinned run outputs, into which {@link #bind} puts tensors
   */
  StepTensors(
      OrtEnvironment environment,
      int chunk,
      int vocab,
      Map<String, OnnxTensor> inputs,
      Map<String, OnnxValue> outputs)
      throws OrtException {
    this.environment = environment;
    this.vocab = vocab;
    this.inputs = inputs;
    this.outputs = outputs;
    boolean made = false;
    try {
      ids = resources.add(NativeBuffer.ofLongs(chunk)).longs();
      seqlens = resources.add(NativeBuffer.ofInts(1)).ints();
      total = resources.add(NativeBuffer.ofInts(1)).ints();
      rowCount = resources.add(NativeBuffer.ofLongs(1)).longs();
      oneId = resources.add(idTensor(1));
      inputs.put(GraphContract.SEQLENS_K, tensor(seqlens, 1));
      inputs.put(GraphContract.TOTAL_LENGTH, tensor(total));
      inputs.put(
          GraphContract.LOGITS_ROWS,
          resources.add(OnnxTensor.createTensor(environment, rowCount, new long[] {1})));
      rows = new Rows(1);
      made = true;
    } finally {
      if (!made) {
        resources.close();
      }
    }
  }

  private OnnxTensor tensor(IntBuffer values, long... shape) throws OrtException {
    return resources.add(OnnxTensor.createTensor(environment, values, shape));
  }

  private OnnxTensor idTensor(int count) throws OrtException {
    return OnnxTensor.createTensor(environment, ids.slice(0, count), new long[] {1, count});
  }

  /** Makes room for so many rows of logits. */
  void ensureRows(int count) throws OrtException {
    if (count <= rows.capacity) {
      return;
    }
    Rows larger = new Rows(count);
    rows.close();
    rows = larger;
  }

  /**
   * Sets up a run over {@code tokens[from, to)}.
   *
   * @param past tokens that are in the cache
   * @param row the row of {@link #logits} that the run's first row of logits goes to
   * @param count rows of logits that the run makes
   */
  void bind(int[] tokens, int from, int to, int past, int row, int count) throws OrtException {
    int length = to - from;
    for (int i = 0; i < length; i++) {
      ids.put(i, tokens[from + i]);
    }
    seqlens.put(0, past + length - 1);
    total.put(0, past + length);
    rowCount.put(0, count);
    OnnxTensor id = length == 1 ? oneId : idTensor(length);
    inputs.put(GraphContract.INPUT_IDS, id);
    OnnxTensor logits = row == 0 && count == 1 ? rows.first : rows.tensor(row, count);
    outputs.put(GraphContract.LOGITS, logits);
  }

  /** The first rows of logits, {@code [count, vocab_size]}. */
  FloatBuffer logits(int count) {
    return rows.view(0, count);
  }

  /** Frees what {@link #bind} made for one run only. */
  void unbind() {
    OnnxTensor id = inputs.remove(GraphContract.INPUT_IDS);
    if (id != null && id != oneId) {
      id.close();
    }
    OnnxValue logits = outputs.remove(GraphContract.LOGITS);
    if (logits != null && logits != rows.first) {
      logits.close();
    }
  }

  @Override
  public void close() {
    rows.close();
    resources.close();
    inputs.clear();
    outputs.clear();
  }

  /** A buffer of logits, {@code [capacity, vocab_size]}, with the tensor of its first row. */
  private final class Rows implements AutoCloseable {
    final int capacity;
    final NativeBuffer buffer;
    final OnnxTensor first;

    Rows(int capacity) throws OrtException {
      this.capacity = capacity;
      buffer = NativeBuffer.ofFloats((long) capacity * vocab);
      first = tensor(0, 1);
    }

    FloatBuffer view(int row, int count) {
      return buffer.floats().slice(row * vocab, count * vocab);
    }

    OnnxTensor tensor(int row, int count) throws OrtException {
      return OnnxTensor.createTensor(environment, view(row, count), new long[] {1, count, vocab});
    }

    @Override
    public void close() {
      first.close();
      buffer.close();
    }
  }
}
