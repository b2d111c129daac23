package dev.bantam.inference.session;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.platform.Fp16Conversions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Collects the wanted rows of logits. A graph that makes just these, as floats, writes them in
 * place. Of one that makes a row for each token, or 16-bit ones, the wanted rows are copied out of
 * a buffer that lives as long as the evaluation.
 *
 * <p>Not thread-safe. Each {@link #bind} is followed by an {@link #unbind}, after a {@link #ran} if
 * the run succeeded.
 */
final class StepLogits implements AutoCloseable {

  private final OrtEnvironment environment;
  private final GraphLayout layout;
  private final int vocab;
  private final Map<String, OnnxValue> outputs;
  private Rows rows;
  private @Nullable NativeBuffer scratch;
  private int scratchRows;
  private int made;
  private boolean inPlace;

  /**
   * @param outputs pinned run outputs, into which {@link #bind} puts a tensor
   */
  StepLogits(
      OrtEnvironment environment, GraphLayout layout, int vocab, Map<String, OnnxValue> outputs)
      throws OrtException {
    this.environment = environment;
    this.layout = layout;
    this.vocab = vocab;
    this.outputs = outputs;
    this.rows = new Rows(1);
  }

  /** Makes room for so many wanted rows. */
  void ensureRows(int count) throws OrtException {
    if (count <= rows.capacity) {
      return;
    }
    Rows larger = new Rows(count);
    rows.close();
    rows = larger;
  }

  /**
   * @param length tokens of the run
   * @param row the row of {@link #logits} that the first wanted one goes to
   * @param count rows wanted: the run's last
   */
  void bind(int length, int row, int count) throws OrtException {
    made = layout.makesWantedRowsOnly() ? count : length;
    inPlace = made == count && layout.logitsType() == OnnxJavaType.FLOAT;
    OnnxTensor target;
    if (!inPlace) {
      target = scratch();
    } else if (row == 0 && count == 1) {
      target = rows.first;
    } else {
      target = rows.tensor(row, count);
    }
    outputs.put(GraphContract.LOGITS, target);
  }

  private OnnxTensor scratch() throws OrtException {
    int rowBytes = vocab * layout.logitsType().size;
    NativeBuffer room = scratch;
    if (room == null || scratchRows < made) {
      freeScratch();
      room = NativeBuffer.allocate((long) made * rowBytes);
      scratch = room;
      scratchRows = made;
    }
    ByteBuffer bytes = room.bytes().slice(0, made * rowBytes).order(ByteOrder.nativeOrder());
    return OnnxTensor.createTensor(
        environment, bytes, new long[] {1, made, vocab}, layout.logitsType());
  }

  /** Keeps the wanted rows of the run that {@link #bind} set up so. */
  void ran(int row, int count) {
    if (inPlace || scratch == null) {
      return;
    }
    FloatBuffer target = rows.view(row, count);
    int first = (made - count) * vocab;
    if (layout.logitsType() == OnnxJavaType.FLOAT) {
      target.put(0, scratch.floats(), first, count * vocab);
    } else {
      ByteBuffer halves = scratch.bytes();
      for (int i = 0; i < count * vocab; i++) {
        target.put(i, Fp16Conversions.fp16ToFloat(halves.getShort((first + i) * Short.BYTES)));
      }
    }
  }

  /** The first rows of logits, {@code [count, vocab_size]}. */
  FloatBuffer logits(int count) {
    return rows.view(0, count);
  }

  /** Frees what {@link #bind} made for one run only. */
  void unbind() {
    OnnxValue logits = outputs.remove(GraphContract.LOGITS);
    if (logits != null && logits != rows.first) {
      logits.close();
    }
  }

  /** Frees what a prompt took and single tokens do not need. */
  void trim() {
    if (scratchRows > 1) {
      freeScratch();
    }
  }

  private void freeScratch() {
    if (scratch != null) {
      scratch.close();
      scratch = null;
      scratchRows = 0;
    }
  }

  @Override
  public void close() {
    freeScratch();
    rows.close();
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
