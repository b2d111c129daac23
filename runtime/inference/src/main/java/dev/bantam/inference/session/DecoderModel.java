package dev.bantam.inference.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.bantam.format.DecoderConfig;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.TaskException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A decoder-only model in memory: immutable and shared by all requests. Each request has its own
 * {@link Sequence}.
 *
 * <p>Safe for use by many threads, {@link #close} included.
 */
public final class DecoderModel implements AutoCloseable {

  /**
   * Tokens that one run of the graph evaluates at most. It bounds the time to a cancel and the
   * working memory.
   */
  public static final int PREFILL_CHUNK = 128;

  /** Bytes of logits that a run makes at most, where the graph makes a row for every token. */
  private static final int MOST_LOGITS_BYTES = 32 << 20;

  /** Tokens that one run evaluates at least, if there are so many. */
  private static final int LEAST_CHUNK = 16;

  private final OrtEnvironment environment;
  private final OrtSession session;
  private final DecoderConfig config;
  private final GraphLayout layout;
  private final int contextLength;

  /** Runs hold the read lock, {@link #close} takes the write lock: closing during a run crashes. */
  private final ReadWriteLock runs = new ReentrantReadWriteLock();

  private boolean closed;

  private DecoderModel(
      OrtEnvironment environment,
      OrtSession session,
      DecoderConfig config,
      GraphLayout layout,
      int contextLength) {
    this.environment = environment;
    this.session = session;
    this.config = config;
    this.layout = layout;
    this.contextLength = contextLength;
  }

  /**
   * Loads the files of roles {@link ModelFiles#CONFIG} and {@link ModelFiles#GRAPH}. The graph must
   * be of one of the forms that {@link DecoderConfig} describes.
   *
   * @throws TaskException with {@link ErrorCode#MODEL_UNUSABLE} if the files are missing, damaged
   *     or do not fit each other; with {@link ErrorCode#OUT_OF_MEMORY} if the model does not fit
   */
  public static DecoderModel load(ModelFiles files, LoadContext context) throws TaskException {
    DecoderConfig config = DecoderConfigReader.read(files.require(ModelFiles.CONFIG));
    OrtEnvironment environment = OnnxEnvironment.get();
    OrtSession session = SessionFactory.open(environment, files.require(ModelFiles.GRAPH), context);
    try {
      GraphLayout layout = GraphContract.recognise(environment, session, config);
      NativeHeap.trim();
      int most = Math.min(context.contextLength(), KvCache.mostPositions(config));
      int limit = Math.min(most, layout.cacheLength().orElse(most));
      return new DecoderModel(environment, session, config, layout, limit);
    } catch (OrtException | TaskException | RuntimeException e) {
      closeQuietly(session, e);
      throw e instanceof TaskException known
          ? known
          : new TaskException(
              ErrorCode.MODEL_UNUSABLE, "the model's graph cannot be inspected: " + e, e);
    }
  }

  public DecoderConfig config() {
    return config;
  }

  GraphLayout layout() {
    return layout;
  }

  /** Tokens of prompt and answer together: the lower of the model's and the device's limit. */
  public int contextLength() {
    return contextLength;
  }

  /**
   * A new, empty sequence.
   *
   * @throws TaskException with {@link ErrorCode#DRAINING} if the model was closed
   */
  public Sequence newSequence() throws TaskException {
    return newSequence(chunk());
  }

  private int chunk() {
    int rows = MOST_LOGITS_BYTES / Float.BYTES / config.vocabSize();
    return layout.makesWantedRowsOnly()
        ? PREFILL_CHUNK
        : Math.min(PREFILL_CHUNK, Math.max(LEAST_CHUNK, rows));
  }

  Sequence newSequence(int chunk) throws TaskException {
    runs.readLock().lock();
    try {
      requireOpen();
      return new Sequence(this, environment, chunk);
    } finally {
      runs.readLock().unlock();
    }
  }

  void run(Map<String, OnnxTensor> inputs, Map<String, OnnxValue> outputs) throws TaskException {
    runs.readLock().lock();
    try {
      requireOpen();
      session.run(inputs, Set.of(), outputs).close();
    } catch (OrtException e) {
      throw runFailure(e);
    } finally {
      runs.readLock().unlock();
    }
  }

  private void requireOpen() throws TaskException {
    if (closed) {
      throw new TaskException(
          ErrorCode.DRAINING, "the model was closed; ask again, another version may serve now");
    }
  }

  private static TaskException runFailure(OrtException error) {
    String text = String.valueOf(error.getMessage());
    return SessionFactory.isOutOfMemory(text)
        ? new TaskException(
            ErrorCode.OUT_OF_MEMORY, "no memory left to run the model; try again later", error)
        : new TaskException(
            ErrorCode.MODEL_UNUSABLE, "ONNX Runtime failed to run the model: " + text, error);
  }

  /**
   * Frees the model. Waits for runs under way (at most one {@link #PREFILL_CHUNK} each); what its
   * sequences try afterwards fails with {@link ErrorCode#DRAINING}. Sequences still have to be
   * closed by their owners. Closing again does nothing.
   */
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

  private static void closeQuietly(OrtSession session, Exception reason) {
    try {
      session.close();
    } catch (OrtException e) {
      reason.addSuppressed(e);
    }
  }
}
