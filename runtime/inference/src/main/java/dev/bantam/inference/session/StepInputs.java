package dev.bantam.inference.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * The inputs that change from run to run besides the KV cache: token ids, positions, lengths; those
 * that the graph takes. The tensors of a decode step (one token) are made once and kept, but for an
 * attention mask, which has another length each time.
 *
 * <p>Not thread-safe. Each {@link #bind} is followed by an {@link #unbind}.
 */
final class StepInputs implements AutoCloseable {

  private final OrtEnvironment environment;
  private final GraphLayout layout;
  private final Map<String, OnnxTensor> inputs;
  private final Resources resources = new Resources();
  private final Map<String, OnnxTensor> temporary = new HashMap<>();
  private final LongBuffer ids;
  private final LongBuffer positions;
  private final IntBuffer seqlens;
  private final IntBuffer total;
  private final LongBuffer rowCount;
  private final LongBuffer positionOffset;
  private final OnnxTensor oneId;
  private final OnnxTensor onePosition;
  private NativeBuffer ones;
  private int onesLength;

  /**
   * @param chunk most tokens a run
   * @param inputs run inputs, into which {@link #bind} puts tensors
   */
  StepInputs(
      OrtEnvironment environment, GraphLayout layout, int chunk, Map<String, OnnxTensor> inputs)
      throws OrtException {
    this.environment = environment;
    this.layout = layout;
    this.inputs = inputs;
    boolean made = false;
    try {
      ids = resources.add(NativeBuffer.ofLongs(chunk)).longs();
      positions = resources.add(NativeBuffer.ofLongs(chunk)).longs();
      seqlens = resources.add(NativeBuffer.ofInts(1)).ints();
      total = resources.add(NativeBuffer.ofInts(1)).ints();
      rowCount = resources.add(NativeBuffer.ofLongs(1)).longs();
      positionOffset = resources.add(NativeBuffer.ofLongs(1)).longs();
      positionOffset.put(0, 0);
      oneId = resources.add(tensor(ids, 1, 1));
      onePosition = resources.add(tensor(positions, 1, 1));
      give(GraphContract.SEQLENS_K, resources.add(tensor(seqlens, 1)));
      give(GraphContract.TOTAL_LENGTH, resources.add(tensor(total)));
      give(GraphContract.LOGITS_ROWS, resources.add(tensor(rowCount, 1)));
      give(GraphContract.POSITION_OFFSET, resources.add(tensor(positionOffset, 1)));
      give(GraphContract.LOGITS_TO_KEEP, resources.add(tensor(rowCount)));
      ones = NativeBuffer.ofLongs(1);
      made = true;
    } finally {
      if (!made) {
        resources.close();
      }
    }
  }

  private OnnxTensor tensor(IntBuffer values, long... shape) throws OrtException {
    return OnnxTensor.createTensor(environment, values, shape);
  }

  private OnnxTensor tensor(LongBuffer values, long... shape) throws OrtException {
    int count = shape.length == 0 ? 1 : (int) shape[shape.length - 1];
    return OnnxTensor.createTensor(environment, values.slice(0, count), shape);
  }

  private void give(String name, OnnxTensor tensor) {
    if (layout.takes(name)) {
      inputs.put(name, tensor);
    }
  }

  /** Says from which row on the graph reads its position tables, for all runs to come. */
  void readTablesFrom(int row) {
    positionOffset.put(0, row);
  }

  /**
   * Sets up a run over {@code tokens[from, to)}.
   *
   * @param past tokens that are in the cache
   * @param rows rows of logits that are wanted
   */
  void bind(int[] tokens, int from, int to, int past, int rows) throws OrtException {
    int length = to - from;
    for (int i = 0; i < length; i++) {
      ids.put(i, tokens[from + i]);
      positions.put(i, past + i);
    }
    seqlens.put(0, past + length - 1);
    total.put(0, past + length);
    rowCount.put(0, rows);
    if (length == 1) {
      give(GraphContract.INPUT_IDS, oneId);
      give(GraphContract.POSITION_IDS, onePosition);
    } else {
      giveOnce(GraphContract.INPUT_IDS, ids, length);
      giveOnce(GraphContract.POSITION_IDS, positions, length);
    }
    if (layout.takes(GraphContract.ATTENTION_MASK)) {
      giveOnce(GraphContract.ATTENTION_MASK, ones(past + length), past + length);
    }
  }

  private void giveOnce(String name, LongBuffer values, int length) throws OrtException {
    if (layout.takes(name)) {
      OnnxTensor tensor = tensor(values, 1, length);
      temporary.put(name, tensor);
      inputs.put(name, tensor);
    }
  }

  /** At least so many ones: batch is 1, so nothing is ever masked. */
  private LongBuffer ones(int length) {
    if (length > onesLength) {
      int wanted = KvCache.roundedUp(length, Integer.MAX_VALUE);
      NativeBuffer longer = NativeBuffer.ofLongs(wanted);
      LongBuffer values = longer.longs();
      for (int i = 0; i < wanted; i++) {
        values.put(i, 1);
      }
      ones.close();
      ones = longer;
      onesLength = wanted;
    }
    return ones.longs();
  }

  /** Frees what {@link #bind} made for one run only. */
  void unbind() {
    temporary.forEach(
        (name, tensor) -> {
          inputs.remove(name);
          tensor.close();
        });
    temporary.clear();
  }

  @Override
  public void close() {
    unbind();
    ones.close();
    resources.close();
    inputs.clear();
  }
}
