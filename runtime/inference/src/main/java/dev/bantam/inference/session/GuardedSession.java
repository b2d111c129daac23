package dev.bantam.inference.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A session that may be closed while others run it: closing waits for the runs under way, for
 * closing under one would crash. Safe for use by many threads.
 */
public final class GuardedSession implements AutoCloseable {

  private final OrtSession session;

  /** Runs hold the read lock, {@link #close} takes the write lock. */
  private final ReadWriteLock runs = new ReentrantReadWriteLock();

  private boolean closed;

  /**
   * @param session belongs to this object from now on
   */
  public GuardedSession(OrtSession session) {
    this.session = session;
  }

  /** Something that makes use of the model and throws as such things do. */
  @FunctionalInterface
  interface Use<T> {
    T get() throws TaskException;
  }

  /**
   * Does something for which the model must be open.
   *
   * @throws TaskException with {@link ErrorCode#DRAINING} if it was closed
   */
  <T> T whileOpen(Use<T> use) throws TaskException {
    runs.readLock().lock();
    try {
      if (closed) {
        throw new TaskException(
            ErrorCode.DRAINING, "the model was closed; ask again, another version may serve now");
      }
      return use.get();
    } finally {
      runs.readLock().unlock();
    }
  }

  /**
   * Runs the graph.
   *
   * @param outputs every output that is wanted, with the memory it is written to
   * @throws TaskException with {@link ErrorCode#DRAINING}, {@link ErrorCode#OUT_OF_MEMORY} or
   *     {@link ErrorCode#MODEL_UNUSABLE}
   */
  public void run(Map<String, OnnxTensor> inputs, Map<String, ? extends OnnxValue> outputs)
      throws TaskException {
    whileOpen(
        () -> {
          try {
            session.run(inputs, Set.of(), outputs).close();
            return true;
          } catch (OrtException e) {
            throw failure(e);
          }
        });
  }

  private static TaskException failure(OrtException error) {
    String text = String.valueOf(error.getMessage());
    return SessionFactory.isOutOfMemory(text)
        ? new TaskException(
            ErrorCode.OUT_OF_MEMORY, "no memory left to run the model; try again later", error)
        : new TaskException(
            ErrorCode.MODEL_UNUSABLE, "ONNX Runtime failed to run the model: " + text, error);
  }

  /** Frees the model, after the runs under way. Closing again does nothing. */
  @Override
  public void close() {
    runs.writeLock().lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      session.close();
      NativeHeap.trim();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed to close the session", e);
    } finally {
      runs.writeLock().unlock();
    }
  }
}
