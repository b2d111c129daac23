package dev.bantam.inference.encoder;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.bantam.format.EncoderConfig;
import dev.bantam.inference.session.Beside;
import dev.bantam.inference.session.GuardedSession;
import dev.bantam.inference.session.LargePages;
import dev.bantam.inference.session.NativeHeap;
import dev.bantam.inference.session.OnnxEnvironment;
import dev.bantam.inference.session.SessionFactory;
import dev.bantam.inference.tokenizer.TextTokenizer;
import dev.bantam.inference.tokenizer.TokenizedText;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.TaskException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * An encoder with its tokenizer in memory: immutable and shared by all requests.
 *
 * <p>Safe for use by many threads, {@link #close} included.
 */
public final class EncoderModel implements AutoCloseable {

  /** Elements of a run's output that are kept for the next run: 16 MiB. */
  private static final int MOST_KEPT = 4 << 20;

  private final OrtEnvironment environment;
  private final GuardedSession session;

  /** For a text that nothing runs beside; may be {@link #session} itself. */
  private final GuardedSession alone;

  private final EncoderConfig config;
  private final EncoderOutputs outputs;
  private final Pooler pooler;
  private final TextTokenizer tokenizer;
  private final int maxTokens;
  private final Deque<Workspace> idle = new ConcurrentLinkedDeque<>();
  private volatile boolean closed;

  private EncoderModel(
      OrtEnvironment environment,
      GuardedSession session,
      GuardedSession alone,
      EncoderConfig config,
      TextTokenizer tokenizer,
      int maxTokens) {
    this.environment = environment;
    this.session = session;
    this.alone = alone;
    this.config = config;
    this.outputs = EncoderOutputs.of(config);
    this.pooler = new Pooler(config.pooling(), config.hiddenSize(), config.normalize());
    this.tokenizer = tokenizer;
    this.maxTokens = maxTokens;
  }

  /**
   * Loads the files of roles {@link ModelFiles#CONFIG}, {@link ModelFiles#TOKENIZER} and {@link
   * ModelFiles#GRAPH}, for runs of all threads. The graph must be of the form that {@link
   * EncoderConfig} describes.
   *
   * @throws TaskException with {@link ErrorCode#MODEL_UNUSABLE} if the files are missing, damaged
   *     or do not fit each other; with {@link ErrorCode#OUT_OF_MEMORY} if the model does not fit
   */
  public static EncoderModel load(ModelFiles files, LoadContext context) throws TaskException {
    return load(files, context, context, false);
  }

  /**
   * The same, for several runs at a time, of one thread each: many small steps would have threads
   * wait for one another. Where the device has more threads, and they may spin, {@link #runAlone}
   * has all of them, over a second copy of the weights that are packed for products. It has {@link
   * ModelFiles#SINGLE_TEXT_GRAPH} if there is one.
   */
  public static EncoderModel loadForParallelRuns(ModelFiles files, LoadContext context)
      throws TaskException {
    LoadContext one = context.withThreads(1, false, List.of());
    return load(files, one, context, context.spinning() && context.threads() > 1);
  }

  private static EncoderModel load(
      ModelFiles files, LoadContext context, LoadContext wide, boolean both) throws TaskException {
    EncoderConfig config = EncoderConfigReader.read(files.require(ModelFiles.CONFIG));
    OrtEnvironment environment = OnnxEnvironment.get();
    Path graph = files.require(ModelFiles.GRAPH);
    int maxTokens = Math.min(config.maxTokens(), context.contextLength());
    Path vocabulary = files.require(ModelFiles.TOKENIZER);
    Deque<AutoCloseable> opened = new ArrayDeque<>();
    try (Beside<TextTokenizer> loading = Beside.begin(() -> TextTokenizer.load(vocabulary))) {
      OrtSession session = SessionFactory.open(environment, graph, context);
      GuardedSession guarded = new GuardedSession(session);
      opened.push(guarded);
      EncoderOutputs.of(config).check(session, config);
      GuardedSession alone = both ? alone(environment, files, wide) : guarded;
      opened.push(alone);
      TextTokenizer tokenizer = loading.get();
      requireRoom(tokenizer, maxTokens);
      loading.keep();
      NativeHeap.trim();
      LargePages.gatherSoon();
      return new EncoderModel(environment, guarded, alone, config, tokenizer, maxTokens);
    } catch (OrtException | TaskException | RuntimeException e) {
      TaskException failure =
          e instanceof TaskException known
              ? known
              : new TaskException(
                  ErrorCode.MODEL_UNUSABLE, "the model's graph cannot be inspected: " + e, e);
      closeAll(opened, failure);
      throw failure;
    }
  }

  private static GuardedSession alone(
      OrtEnvironment environment, ModelFiles files, LoadContext context) throws TaskException {
    Path single = files.files().get(ModelFiles.SINGLE_TEXT_GRAPH);
    Path graph = single == null ? files.require(ModelFiles.GRAPH) : single;
    return new GuardedSession(SessionFactory.open(environment, graph, context));
  }

  private static void closeAll(Deque<AutoCloseable> opened, TaskException failure) {
    for (AutoCloseable each : opened) {
      try {
        each.close();
      } catch (Exception e) {
        failure.addSuppressed(e);
      }
    }
  }

  private static void requireRoom(TextTokenizer tokenizer, int maxTokens) throws TaskException {
    if (tokenizer.frame().size() >= maxTokens) {
      throw new TaskException(
          ErrorCode.MODEL_UNUSABLE,
          "of %d tokens, the %d special ones leave no room for text; raise context_length"
              .formatted(maxTokens, tokenizer.frame().size()));
    }
  }

  public EncoderConfig config() {
    return config;
  }

  public TextTokenizer tokenizer() {
    return tokenizer;
  }

  /**
   * Tokens of one text, special tokens included: the lower of the model's and the device's limit.
   */
  public int maxTokens() {
    return maxTokens;
  }

  /** Tokens of one text's own, without the special ones around it. */
  public int room() {
    return maxTokens - tokenizer.frame().size();
  }

  /** A text in its frame; what goes beyond {@link #room} is left out. */
  public EncoderInput input(TokenizedText text) {
    return EncoderInput.of(tokenizer, text, 0, Math.min(text.size(), room()));
  }

  /**
   * Runs any number of texts in batches of like lengths.
   *
   * @return one result a text, in order
   * @throws TaskException as {@link #run}
   */
  public List<EncoderResult> runAll(List<EncoderInput> texts) throws TaskException {
    EncoderResult[] results = new EncoderResult[texts.size()];
    for (List<Integer> batch : new LengthBatches().cut(texts)) {
      List<EncoderResult> made = run(batch.stream().map(texts::get).toList());
      for (int i = 0; i < made.size(); i++) {
        results[batch.get(i)] = made.get(i);
      }
    }
    return List.of(results);
  }

  /**
   * Runs the texts as one batch, padded to the longest. Cost grows with their number times the
   * longest.
   *
   * @param batch texts of at most {@link #maxTokens} tokens each, with ids below the vocabulary's
   *     size
   * @return one result a text, in order, of the kind that the model's head makes
   * @throws TaskException with {@link ErrorCode#PROMPT_TOO_LONG}, {@link ErrorCode#OUT_OF_MEMORY},
   *     {@link ErrorCode#MODEL_UNUSABLE}, or {@link ErrorCode#DRAINING} once the model is closed
   */
  public List<EncoderResult> run(List<EncoderInput> batch) throws TaskException {
    return run(batch, session);
  }

  /**
   * {@link #run}, for when there is no other run: in that of a single text all threads take part.
   */
  public List<EncoderResult> runAlone(List<EncoderInput> batch) throws TaskException {
    return run(batch, batch.size() == 1 ? alone : session);
  }

  private List<EncoderResult> run(List<EncoderInput> batch, GuardedSession on)
      throws TaskException {
    if (batch.isEmpty()) {
      return List.of();
    }
    int sequence = batch.stream().mapToInt(EncoderInput::size).max().orElseThrow();
    if (sequence > maxTokens) {
      throw new TaskException(
          ErrorCode.PROMPT_TOO_LONG,
          "a text has %d tokens, the model takes %d; send a shorter one"
              .formatted(sequence, maxTokens));
    }
    Workspace kept = idle.poll();
    Workspace workspace = kept == null ? new Workspace(environment, config, outputs) : kept;
    try {
      return results(batch, sequence, workspace.run(on, batch, sequence));
    } finally {
      giveBack(workspace);
    }
  }

  private void giveBack(Workspace workspace) {
    if (workspace.size() > MOST_KEPT) {
      workspace.close();
    } else {
      idle.push(workspace);
      if (closed) {
        closeIdle();
      }
    }
  }

  private List<EncoderResult> results(
      List<EncoderInput> batch, int sequence, List<FloatBuffer> memory) {
    List<EncoderResult> results = new ArrayList<>(batch.size());
    int stride = outputs.elements(1, sequence);
    for (int i = 0; i < batch.size(); i++) {
      results.add(result(memory, i * stride, batch.get(i).size()));
    }
    return results;
  }

  private EncoderResult result(List<FloatBuffer> memory, int row, int tokens) {
    FloatBuffer first = memory.get(0);
    return switch (config.head()) {
      case NONE -> new EncoderResult.Embedding(pooler.pool(first, row, tokens));
      case SEQUENCE -> new EncoderResult.TextLogits(copy(first, row, outputs.width()));
      case TOKENS -> new EncoderResult.TokenLogits(copy(first, row, tokens * outputs.width()));
      case SPAN ->
          new EncoderResult.SpanLogits(copy(first, row, tokens), copy(memory.get(1), row, tokens));
    };
  }

  private static float[] copy(FloatBuffer values, int from, int count) {
    float[] copy = new float[count];
    values.get(from, copy);
    return copy;
  }

  /** Frees the model, after the runs under way. Closing again does nothing. */
  @Override
  public void close() {
    closed = true;
    session.close();
    alone.close();
    tokenizer.close();
    closeIdle();
  }

  private void closeIdle() {
    for (Workspace left = idle.poll(); left != null; left = idle.poll()) {
      left.close();
    }
  }
}
