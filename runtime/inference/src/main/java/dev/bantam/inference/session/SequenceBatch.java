package dev.bantam.inference.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sequences of different lengths that decode together, one token each a run. They are evaluated
 * alone up to where they join. Rows are numbered without gaps: when one leaves, the last takes its
 * number.
 *
 * <p>What is computed for a row is the same, to the bit, whatever the other rows hold, where {@link
 * DecoderModel#batchesExactly}.
 *
 * <p>Not thread-safe. When {@link #step} or {@link #add} has thrown, only {@link #close} is of use.
 */
public final class SequenceBatch implements AutoCloseable {

  /** Room is given back when a batch could do with this part of it. */
  private static final int ROOMY = 4;

  private final DecoderModel model;
  private final OrtEnvironment environment;
  private final int mostRows;
  private final BatchKvCache cache;
  private final int[] positions;
  private int size;
  private @Nullable Step step;

  SequenceBatch(DecoderModel model, OrtEnvironment environment, int mostRows) {
    this.model = model;
    this.environment = environment;
    this.mostRows = mostRows;
    this.positions = new int[mostRows];
    this.cache = new BatchKvCache(environment, model.config(), model.layout());
  }

  /** Sequences in it. */
  public int size() {
    return size;
  }

  /** Whether it has as many sequences as it takes. */
  public boolean isFull() {
    return size == mostRows;
  }

  /** Tokens of a row evaluated so far. */
  public int position(int row) {
    return positions[row];
  }

  /**
   * Copies a sequence's state into a new row, the last.
   *
   * @param sequence of the same model; stays the caller's, who may close it
   * @throws TaskException with {@link ErrorCode#OUT_OF_MEMORY}
   * @throws IllegalStateException if the batch {@link #isFull}
   */
  public void add(Sequence sequence) throws TaskException {
    if (isFull()) {
      throw new IllegalStateException("the batch takes %d sequences".formatted(mostRows));
    }
    int position = sequence.position();
    try {
      if (size == cache.rows() || position >= cache.capacity()) {
        int doubled = Math.min(mostRows, Math.max(2, 2 * cache.rows()));
        refit(size == cache.rows() ? doubled : cache.rows(), Math.max(position, longest()) + 1);
      }
      closeStep();
      sequence.copyTo(cache, size);
      positions[size++] = position;
    } catch (OutOfMemoryError e) {
      throw Sequence.outOfMemory(e);
    }
  }

  /**
   * Copies a row's state into a sequence, in place of what it holds. The row stays.
   *
   * @throws TaskException with {@link ErrorCode#OUT_OF_MEMORY}
   */
  public void copyTo(int row, Sequence sequence) throws TaskException {
    sequence.copyFrom(cache, row, positions[row]);
  }

  /** Ends a row; the last one takes its number. */
  public void remove(int row) {
    int last = --size;
    closeStep();
    if (size == 0) {
      cache.close();
      return;
    }
    if (row != last) {
      cache.move(last, row, positions[last]);
      positions[row] = positions[last];
    }
    long room = (long) cache.rows() * cache.capacity();
    int wanted = rounded(longest() + 1);
    if ((long) size * wanted * ROOMY <= room) {
      refit(size, wanted);
    }
  }

  /**
   * Appends one token to each row.
   *
   * @param tokens the rows' tokens, in order
   * @return logits {@code [size, vocab_size]}, valid until the next call
   * @throws TaskException as {@link Sequence#evaluate(int[], int)}
   */
  public FloatBuffer step(int[] tokens) throws TaskException {
    if (size == 0 || tokens.length != size) {
      throw new IllegalArgumentException(
          "%d tokens for %d sequences".formatted(tokens.length, size));
    }
    int total = longest() + 1;
    model.requireRoom(total);
    try {
      if (total > cache.capacity()) {
        closeStep();
        refit(cache.rows(), total);
      }
      FloatBuffer logits = openStep().run(tokens, total);
      for (int row = 0; row < size; row++) {
        positions[row]++;
      }
      return logits;
    } catch (OrtException | OutOfMemoryError e) {
      throw Sequence.outOfMemory(e);
    }
  }

  private int longest() {
    return Arrays.stream(positions, 0, size).max().orElse(0);
  }

  private int rounded(int length) {
    return KvCache.roundedUp(length, model.contextLength());
  }

  private void refit(int rows, int length) {
    closeStep();
    cache.refit(rows, rounded(length), Arrays.copyOf(positions, size));
  }

  private Step openStep() throws OrtException {
    Step open = step;
    if (open == null) {
      open = new Step(size);
      step = open;
    }
    return open;
  }

  private void closeStep() {
    if (step != null) {
      step.close();
      step = null;
    }
  }

  @Override
  public void close() {
    closeStep();
    cache.close();
    size = 0;
  }

  /** The tensors of runs over so many rows, as long as rows and room stay. */
  private final class Step implements AutoCloseable {
    private final Resources resources = new Resources();
    private final Map<String, OnnxTensor> inputs = new HashMap<>();
    private final Map<String, OnnxValue> outputs = new HashMap<>();
    private final LongBuffer ids;
    private final IntBuffer lasts;
    private final IntBuffer total;
    private final FloatBuffer logits;

    Step(int rows) throws OrtException {
      boolean made = false;
      try {
        ids = resources.add(NativeBuffer.ofLongs(rows)).longs();
        lasts = resources.add(NativeBuffer.ofInts(rows)).ints();
        total = resources.add(NativeBuffer.ofInts(1)).ints();
        LongBuffer wanted = resources.add(NativeBuffer.ofLongs(1)).longs().put(0, rows);
        int vocab = model.config().vocabSize();
        logits = resources.add(NativeBuffer.ofFloats((long) rows * vocab)).floats();
        input(
            GraphContract.INPUT_IDS,
            OnnxTensor.createTensor(environment, ids, new long[] {rows, 1}));
        input(
            GraphContract.SEQLENS_K,
            OnnxTensor.createTensor(environment, lasts, new long[] {rows}));
        input(
            GraphContract.TOTAL_LENGTH, OnnxTensor.createTensor(environment, total, new long[] {}));
        input(
            GraphContract.LOGITS_ROWS,
            OnnxTensor.createTensor(environment, wanted, new long[] {1}));
        outputs.put(
            GraphContract.LOGITS,
            resources.add(
                OnnxTensor.createTensor(environment, logits, new long[] {1, rows, vocab})));
        bindCache(cache.tensors(rows, resources));
        made = true;
      } finally {
        if (!made) {
          resources.close();
        }
      }
    }

    private void input(String name, OnnxTensor tensor) {
      inputs.put(name, resources.add(tensor));
    }

    private void bindCache(List<OnnxTensor> tensors) {
      int parts = KvCache.PARTS.size();
      for (int i = 0; i < tensors.size(); i++) {
        String part = KvCache.PARTS.get(i % parts);
        inputs.put(KvCache.pastName(i / parts, part), tensors.get(i));
        outputs.put(KvCache.presentName(i / parts, part), tensors.get(i));
      }
    }

    FloatBuffer run(int[] tokens, int length) throws TaskException {
      for (int row = 0; row < tokens.length; row++) {
        ids.put(row, tokens[row]);
        lasts.put(row, positions[row]);
      }
      total.put(0, length);
      model.run(inputs, outputs);
      return logits;
    }

    @Override
    public void close() {
      resources.close();
    }
  }
}
