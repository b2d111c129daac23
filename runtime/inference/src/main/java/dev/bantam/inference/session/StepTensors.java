package dev.bantam.inference.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.FloatBuffer;
import java.util.Map;

/**
 * What changes from run to run besides the KV cache: the {@link StepInputs} and the {@link
 * StepLogits}.
 *
 * <p>Not thread-safe. Each {@link #bind} is followed by an {@link #unbind}, after a {@link #ran} if
 * the run succeeded.
 */
final class StepTensors implements AutoCloseable {

  private final StepInputs stepInputs;
  private final StepLogits stepLogits;
  private int row;
  private int count;

  /**
   * @param chunk most tokens a run
   * @param inputs run inputs, into which {@link #bind} puts tensors
   * @param outputs pinned run outputs, into which {@link #bind} puts tensors
   */
  StepTensors(
      OrtEnvironment environment,
      GraphLayout layout,
      int chunk,
      int vocab,
      Map<String, OnnxTensor> inputs,
      Map<String, OnnxValue> outputs)
      throws OrtException {
    stepInputs = new StepInputs(environment, layout, chunk, inputs);
    StepLogits made = null;
    try {
      made = new StepLogits(environment, layout, vocab, outputs);
    } finally {
      if (made == null) {
        stepInputs.close();
      }
    }
    stepLogits = made;
  }

  /** Makes room for so many rows of logits. */
  void ensureRows(int rows) throws OrtException {
    stepLogits.ensureRows(rows);
  }

  /** Says from which row on the graph reads its position tables, for all runs to come. */
  void readTablesFrom(int row) {
    stepInputs.readTablesFrom(row);
  }

  /**
   * Sets up a run over {@code tokens[from, to)}.
   *
   * @param past tokens that are in the cache
   * @param firstRow the row of {@link #logits} that the run's first wanted row goes to
   * @param rows rows of logits that are wanted of the run
   */
  void bind(int[] tokens, int from, int to, int past, int firstRow, int rows) throws OrtException {
    row = firstRow;
    count = rows;
    stepInputs.bind(tokens, from, to, past, rows);
    stepLogits.bind(to - from, firstRow, rows);
  }

  /** The run that was set up has succeeded. */
  void ran() {
    stepLogits.ran(row, count);
  }

  /** The first rows of logits, {@code [rows, vocab_size]}. */
  FloatBuffer logits(int rows) {
    return stepLogits.logits(rows);
  }

  /** Frees what {@link #bind} made for one run only. */
  void unbind() {
    stepInputs.unbind();
    stepLogits.unbind();
  }

  /** Frees what only a prompt needs. */
  void trim() {
    stepLogits.trim();
  }

  @Override
  public void close() {
    stepLogits.close();
    stepInputs.close();
  }
}
