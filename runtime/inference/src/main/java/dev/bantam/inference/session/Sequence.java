package dev.bantam.inference.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * One request's state: the tokens evaluated so far as a KV cache. With a graph that writes its
 * cache in place, a decode step after the first token allocates no native memory and no tensor
 * until the cache grows. Where a graph has two sets of position tables, the step in which the
 * sequence outgrows the first evaluates all tokens before it once more.
 *
 * <p>For one thread at a time; calls from several are put in order. {@link #close} frees the memory
 * at once.
 */
public final class Sequence implements AutoCloseable {

  private final DecoderModel model;
  private final OrtEnvironment environment;
  private final int chunk;
  private final int vocab;
  private final Map<String, OnnxTensor> inputs = new HashMap<>();
  private final Map<String, OnnxValue> outputs = new HashMap<>();
  private final KvCache cache;
  private final StepTensors step;
  private final PositionTables tables;
  private int position;
  private boolean closed;

  Sequence(DecoderModel model, OrtEnvironment environment, int chunk) throws TaskException {
    this.model = model;
    this.environment = environment;
    this.chunk = chunk;
    this.vocab = model.config().vocabSize();
    this.tables = new PositionTables(model.config().shortContextLength());
    this.cache =
        KvCache.of(
            environment, model.config(), model.layout(), model.contextLength(), inputs, outputs);
    try {
      this.step = new StepTensors(environment, model.layout(), chunk, vocab, inputs, outputs);
    } catch (OrtException | OutOfMemoryError e) {
      throw outOfMemory(e);
    }
  }

  /** Tokens evaluated so far. */
  public synchronized int position() {
    return position;
  }

  /**
   * Most tokens of one {@link #evaluate} that do not make it evaluate what is cached once more;
   * where the next token does that anyway, all that follow it are free.
   */
  public synchronized int tokensToTurn() {
    return tables.roomBehind(position);
  }

  /** The model that this sequence runs on. */
  public DecoderModel model() {
    return model;
  }

  /** As {@link #evaluate(int[], int, CancellationToken)}, never cancelled. */
  public FloatBuffer evaluate(int[] tokens, int logitsRows) throws TaskException {
    return evaluate(tokens, logitsRows, CancellationToken.NONE);
  }

  /**
   * Appends tokens, at most {@link DecoderModel#chunk} at a time, and none of several by itself: a
   * token that is left over takes the one before it along. If it throws, the sequence is as it was
   * before.
   *
   * @param tokens at least one token id
   * @param logitsRows for how many of the last tokens logits are wanted, from 1 to {@code
   *     tokens.length}
   * @param cancellation watched between chunks
   * @return the logits, {@code [logitsRows, vocab_size]}, from position 0 to the limit; valid until
   *     the next call on this sequence
   * @throws TaskException with {@link ErrorCode#PROMPT_TOO_LONG} if the tokens do not fit the
   *     context, {@link ErrorCode#INVALID_REQUEST} for an unknown token id, {@link
   *     ErrorCode#CANCELLED}, {@link ErrorCode#DRAINING} if the model was closed, {@link
   *     ErrorCode#OUT_OF_MEMORY}
   */
  public synchronized FloatBuffer evaluate(
      int[] tokens, int logitsRows, CancellationToken cancellation) throws TaskException {
    check(tokens, logitsRows);
    int start = position;
    boolean done = false;
    try {
      cache.ensure(start + tokens.length, start);
      step.ensureRows(logitsRows);
      turn(start + tokens.length, cancellation);
      evaluateChunks(tokens, logitsRows, cancellation);
      done = true;
      return step.logits(logitsRows);
    } catch (OrtException | OutOfMemoryError e) {
      throw outOfMemory(e);
    } finally {
      step.trim();
      if (!done) {
        position = start;
      }
    }
  }

  /** Evaluates what is cached once more if the sequence outgrows its position tables. */
  private void turn(int length, CancellationToken cancellation) throws TaskException, OrtException {
    if (tables.turnBy(length)) {
      step.readTablesFrom(tables.offset());
      if (position > 0) {
        int[] before = tables.first(position);
        position = 0;
        evaluateChunks(before, 1, cancellation);
      }
      tables.turned();
    }
  }

  private void evaluateChunks(int[] tokens, int logitsRows, CancellationToken cancellation)
      throws TaskException, OrtException {
    int firstWanted = tokens.length - logitsRows;
    int to;
    for (int from = 0; from < tokens.length; from = to) {
      cancellation.throwIfCancelled();
      to = from + run(tokens.length - from, chunk);
      // Where no row is wanted one is made all the same; the first wanted row overwrites it.
      int row = Math.max(0, from - firstWanted);
      int rows = Math.max(1, to - Math.max(from, firstWanted));
      try {
        cache.bind(position, to - from);
        step.bind(tokens, from, to, position, row, rows);
        model.run(inputs, outputs);
        cache.ran();
        step.ran();
      } finally {
        step.unbind();
      }
      tables.remember(position, tokens, from, to);
      position += to - from;
    }
  }

  /** Tokens of the next run, of so many that are left. */
  private static int run(int left, int chunk) {
    return left == chunk + 1 && chunk > 2 ? chunk - 1 : Math.min(left, chunk);
  }

  /**
   * Forgets all tokens from {@code position} on.
   *
   * @throws IllegalArgumentException if {@code position} is negative or beyond {@link #position()}
   */
  public synchronized void rewind(int position) {
    if (position < 0 || position > this.position) {
      throw new IllegalArgumentException(
          "cannot rewind to %d; the sequence has %d tokens".formatted(position, this.position));
    }
    this.position = position;
  }

  /** Copies what is cached into a row of a batch. */
  synchronized void copyTo(BatchKvCache batch, int row) {
    batch.put(row, shared(), position);
  }

  /** Becomes what a batch has cached of a row. */
  synchronized void copyFrom(BatchKvCache batch, int row, int positions) throws TaskException {
    position = 0;
    try {
      cache.ensure(positions, 0);
    } catch (OrtException | OutOfMemoryError e) {
      throw outOfMemory(e);
    }
    batch.take(row, shared(), positions);
    position = positions;
  }

  /** Copies keys and values of some positions out. */
  synchronized void copy(int from, int count, ByteBuffer target) {
    shared().copy(from, count, target);
  }

  /** Appends tokens whose keys and values are known, in a sequence of so many soon. */
  synchronized void append(ByteBuffer known, int count, int expected) throws TaskException {
    try {
      cache.ensure(expected, position);
    } catch (OrtException | OutOfMemoryError e) {
      throw outOfMemory(e);
    }
    shared().put(position, count, known);
    position += count;
  }

  /**
   * Becomes as long as this, for trials of kernels, which compute with whatever is cached.
   *
   * @param pattern bytes of keys and values, over and over
   */
  synchronized void pretend(int positions, byte[] pattern) throws TaskException {
    try {
      cache.ensure(positions, 0);
    } catch (OrtException | OutOfMemoryError e) {
      throw outOfMemory(e);
    }
    shared().fill(pattern);
    position = positions;
  }

  /**
   * Fills this sequence, if it is empty, with what the model has kept of a prompt's beginning.
   *
   * @return tokens of the prompt that need not be evaluated any more; fewer than it has
   */
  public int reuse(int[] prompt) throws TaskException {
    return position() == 0 ? model.prefixes().restore(this, prompt) : 0;
  }

  /** Has the model keep the beginning of a prompt that this sequence begins with. */
  public void keep(int[] prompt) {
    model.prefixes().keep(this, prompt);
  }

  /** Graphs that batch have a cache of this kind. */
  private SharedKvCache shared() {
    return (SharedKvCache) cache;
  }

  private void check(int[] tokens, int logitsRows) throws TaskException {
    if (closed) {
      throw new IllegalStateException("the sequence was closed");
    }
    if (logitsRows < 1 || logitsRows > tokens.length) {
      throw new IllegalArgumentException(
          "logitsRows is %d; it must be between 1 and the %d tokens"
              .formatted(logitsRows, tokens.length));
    }
    model.requireRoom(position + (long) tokens.length);
    for (int token : tokens) {
      if (token < 0 || token >= vocab) {
        throw new TaskException(
            ErrorCode.INVALID_REQUEST,
            "%d is no token id of this model; ids are 0 to %d".formatted(token, vocab - 1));
      }
    }
  }

  static TaskException outOfMemory(Throwable cause) {
    return new TaskException(
        ErrorCode.OUT_OF_MEMORY,
        "no memory left for the request; try again later, or send less text",
        cause);
  }

  /** Frees the memory. Waits for an evaluation under way. Closing again does nothing. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    position = 0;
    cache.close();
    step.close();
  }
}
