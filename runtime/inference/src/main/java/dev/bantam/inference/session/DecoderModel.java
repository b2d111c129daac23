package dev.bantam.inference.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.bantam.format.CachePrecision;
import dev.bantam.format.DecoderConfig;
import dev.bantam.format.DecoderMemory;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.TaskException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

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
  public static final int PREFILL_CHUNK = DecoderMemory.CHUNK;

  /** Tokens that one run evaluates at least, if there are so many. */
  private static final int LEAST_CHUNK = 16;

  /**
   * Tokens that are kept together of a prompt's beginning where it may be cut anywhere: few, so
   * that little is computed again, and enough for copies to be in bulk.
   */
  private static final int PREFIX_BLOCK = 16;

  /** Beyond so many a step takes longer by nearly as much as it does more. */
  private static final int MOST_ROWS = 8;

  private final OrtEnvironment environment;
  private final GuardedSession session;
  private final DecoderConfig config;
  private final GraphLayout layout;
  private final int contextLength;
  private final Path graph;
  private final Trials trials;
  private volatile PrefixPool prefixes = PrefixPool.EMPTY;

  private DecoderModel(
      OrtEnvironment environment,
      GuardedSession session,
      DecoderConfig config,
      GraphLayout layout,
      int contextLength,
      Path graph,
      Trials trials) {
    this.environment = environment;
    this.session = session;
    this.config = config;
    this.layout = layout;
    this.contextLength = contextLength;
    this.graph = graph;
    this.trials = trials;
  }

  /**
   * Loads the files of roles {@link ModelFiles#CONFIG} and {@link ModelFiles#GRAPH}, or the graph
   * that {@link CachePrecision} chooses in its place. The graph must be of one of the forms that
   * {@link DecoderConfig} describes.
   *
   * @throws TaskException with {@link ErrorCode#MODEL_UNUSABLE} if the files are missing, damaged
   *     or do not fit each other; with {@link ErrorCode#OUT_OF_MEMORY} if the model does not fit
   */
  public static DecoderModel load(ModelFiles files, LoadContext context) throws TaskException {
    DecoderConfig config = DecoderConfigReader.read(files.require(ModelFiles.CONFIG));
    OrtEnvironment environment = OnnxEnvironment.get();
    Path graph = CachePrecision.graph(files, context.settings());
    OrtSession session = SessionFactory.open(environment, graph, context);
    try {
      GraphLayout layout = GraphContract.recognise(environment, session, config);
      NativeHeap.trim();
      LargePages.gatherSoon();
      int most = Math.min(context.contextLength(), KvCache.mostPositions(config));
      int limit = Math.min(most, layout.cacheLength().orElse(most));
      Trials trials =
          new Trials(FileIdentity.of(graph), context, TrialFile.of(files, graph, context));
      return new DecoderModel(
          environment, new GuardedSession(session), config, layout, limit, graph, trials);
    } catch (OrtException | IOException | TaskException | RuntimeException e) {
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
   * @throws TaskException with {@link ErrorCode#PROMPT_TOO_LONG} if a sequence of so many tokens
   *     does not fit the context
   */
  void requireRoom(long tokens) throws TaskException {
    requireRoom(tokens, contextLength);
  }

  /**
   * @param context tokens that the context is to hold, at most the model's
   * @throws TaskException with {@link ErrorCode#PROMPT_TOO_LONG} if a sequence of so many tokens
   *     does not fit it
   */
  public void requireRoom(long tokens, int context) throws TaskException {
    if (tokens > context) {
      throw new TaskException(
          ErrorCode.PROMPT_TOO_LONG,
          "the prompt has %d tokens, the context holds %d; send less text"
              .formatted(tokens, context));
    }
  }

  /**
   * Memory that a sequence takes at most, in bytes: its cache, whose capacity grows in steps, and
   * what a run needs.
   *
   * @param tokens it will hold; those beyond the context are never there together
   */
  public long bytesFor(long tokens) {
    int length = KvCache.roundedUp((int) Math.min(tokens, contextLength), contextLength);
    DecoderMemory memory = new DecoderMemory(config, 0, layout.memoryForm());
    return memory.cache(length) + memory.working(length);
  }

  /**
   * A new, empty sequence.
   *
   * @throws TaskException with {@link ErrorCode#DRAINING} if the model was closed
   */
  public Sequence newSequence() throws TaskException {
    return newSequence(chunk());
  }

  /**
   * Keeps keys and values of beginnings of prompts, from now on, in so much memory: in small blocks
   * if this processor's kernels compute a prompt alike however it is cut, which is tried out when
   * this is first asked of a graph and takes some ten runs; else in whole {@linkplain #chunk
   * chunks}. Graphs whose cache is not written in place, and those with two sets of position
   * tables, keep nothing.
   *
   * @param bytes 0 for none
   * @throws TaskException if the trial fails, as {@link Sequence#evaluate(int[], int)}
   */
  public void keepPrefixes(long bytes) throws TaskException {
    keepPrefixes(bytes, Optional.empty());
  }

  /**
   * The same; those that have been of use more than once are kept on disk, too, and found there by
   * the next process.
   */
  public void keepPrefixes(long bytes, Optional<PrefixDisk> disk) throws TaskException {
    prefixes.close();
    prefixes = PrefixPool.EMPTY;
    if (bytes > 0 && keepsPrefixes()) {
      PrefixPool pool = newPool(bytes);
      disk.flatMap(place -> place.open(graph, pool.form())).ifPresent(pool::saveTo);
      prefixes = pool;
    }
  }

  private PrefixPool newPool(long bytes) throws TaskException {
    boolean anywhere = trials.succeeds(Trials.Kind.RUNS, () -> RowsTrial.ofRuns(this));
    long token =
        2L * config.layers() * config.kvHeads() * config.headSize() * layout.cacheType().size;
    return new PrefixPool(anywhere ? Math.min(PREFIX_BLOCK, chunk()) : chunk(), token, bytes);
  }

  /** Bytes of keys and values that are kept of beginnings of prompts. */
  public long prefixBytes() {
    return prefixes.bytes();
  }

  private boolean keepsPrefixes() {
    return layout.sharedCache() && config.shortContextLength().isEmpty();
  }

  PrefixPool prefixes() {
    return prefixes;
  }

  /**
   * Whether a token becomes the same, to the last bit, whether it is evaluated alone or with
   * others; if so, an answer cannot depend on how many tokens its runs had. It is tried out when
   * this is first asked of a graph, which takes a few runs.
   *
   * @throws TaskException as {@link Sequence#evaluate(int[], int)}
   */
  public boolean hasLikeRows() throws TaskException {
    return trials.succeeds(Trials.Kind.ROWS, () -> RowsTrial.ofRows(this));
  }

  /** Tokens that one run of the graph evaluates at most: {@link #PREFILL_CHUNK} or fewer. */
  public int chunk() {
    int rows = DecoderMemory.MOST_LOGITS_BYTES / Float.BYTES / config.vocabSize();
    return layout.makesWantedRowsOnly()
        ? PREFILL_CHUNK
        : Math.min(PREFILL_CHUNK, Math.max(LEAST_CHUNK, rows));
  }

  Sequence newSequence(int chunk) throws TaskException {
    return session.whileOpen(() -> new Sequence(this, environment, chunk));
  }

  /**
   * Whether several sequences can decode together ({@link #newBatch}), and what comes out is, to
   * the bit, what each would give alone. Graphs that Bantam imports can; whether the processor's
   * kernels compute a row alone as they do beside others is tried out when this is first asked of a
   * graph, which takes some twenty decode steps.
   *
   * @throws TaskException if the trial fails, as {@link Sequence#evaluate(int[], int)}
   */
  public boolean batchesExactly() throws TaskException {
    return layout.batches()
        && mostRows() > 1
        && trials.succeeds(Trials.Kind.BATCH, () -> new BatchTrial(this).isExact());
  }

  /** Sequences that decode together at most. */
  public int mostRows() {
    long row =
        (long) config.kvHeads() * contextLength * config.headSize() * layout.cacheType().size;
    return layout.batches() ? (int) Math.min(MOST_ROWS, Integer.MAX_VALUE / row) : 1;
  }

  /**
   * An empty batch, for up to {@link #mostRows} sequences.
   *
   * @throws TaskException with {@link ErrorCode#DRAINING} if the model was closed
   */
  public SequenceBatch newBatch() throws TaskException {
    return session.whileOpen(() -> new SequenceBatch(this, environment, mostRows()));
  }

  void run(Map<String, OnnxTensor> inputs, Map<String, OnnxValue> outputs) throws TaskException {
    session.run(inputs, outputs);
  }

  /**
   * Frees the model. Waits for runs under way (at most one {@link #PREFILL_CHUNK} each); what its
   * sequences try afterwards fails with {@link ErrorCode#DRAINING}. Sequences still have to be
   * closed by their owners. Closing again does nothing.
   */
  @Override
  public void close() {
    prefixes.close();
    session.close();
  }

  private static void closeQuietly(OrtSession session, Exception reason) {
    try {
      session.close();
    } catch (OrtException e) {
      reason.addSuppressed(e);
    }
  }
}
