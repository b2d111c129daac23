package dev.bantam.inference.bench;

import dev.bantam.inference.generation.Logits;
import dev.bantam.inference.session.DecoderModel;
import dev.bantam.inference.session.OnnxEnvironment;
import dev.bantam.inference.session.Sequence;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.TaskException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Measures one model: load time, prefill and decode speed, memory. The prompt is made of token ids
 * that are spread over the vocabulary, and tokens are picked greedily, so that another engine can
 * be given the same work.
 */
public final class Benchmark {

  private static final double NANOS_PER_SECOND = 1e9;

  private Benchmark() {}

  /** Called after each round, warm-ups included; {@code round} counts from 1. */
  @FunctionalInterface
  public interface Listener {
    void round(int round, int total, BenchResult.Round figures);
  }

  /**
   * Loads the model, measures, and closes it.
   *
   * @throws TaskException if the model cannot be loaded, or with {@link ErrorCode#PROMPT_TOO_LONG}
   *     if prompt and new tokens do not fit its context together
   */
  public static BenchResult run(ModelFiles files, BenchOptions options, Listener listener)
      throws TaskException {
    OnnxEnvironment.get();
    Optional<ProcessMemory> before = settledMemory();
    long start = System.nanoTime();
    try (DecoderModel model = load(files, options)) {
      double loadSeconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
      Optional<ProcessMemory> loaded = settledMemory();
      try (Sequence sequence = model.newSequence()) {
        List<BenchResult.Round> rounds = rounds(sequence, options, listener);
        return new BenchResult(options, loadSeconds, rounds, before, loaded, ProcessMemory.read());
      }
    }
  }

  /** Without the garbage that is not the model's. */
  private static Optional<ProcessMemory> settledMemory() {
    System.gc();
    return ProcessMemory.read();
  }

  private static DecoderModel load(ModelFiles files, BenchOptions options) throws TaskException {
    return DecoderModel.load(
        files,
        new LoadContext(
            options.threads(),
            Integer.MAX_VALUE,
            options.spinning(),
            Optional.empty(),
            options.settings()));
  }

  private static List<BenchResult.Round> rounds(
      Sequence sequence, BenchOptions options, Listener listener) throws TaskException {
    int context = sequence.model().contextLength();
    if ((long) options.promptTokens() + options.newTokens() > context) {
      throw new TaskException(
          ErrorCode.PROMPT_TOO_LONG,
          "%d prompt tokens and %d new ones do not fit the context of %d; measure with fewer"
              .formatted(options.promptTokens(), options.newTokens(), context));
    }
    int total = options.warmups() + options.rounds();
    List<BenchResult.Round> counted = new ArrayList<>();
    for (int round = 1; round <= total; round++) {
      BenchResult.Round figures = round(sequence, options.promptTokens(), options.newTokens());
      listener.round(round, total, figures);
      if (round > options.warmups()) {
        counted.add(figures);
      }
    }
    return counted;
  }

  static BenchResult.Round round(Sequence sequence, int promptTokens, int newTokens)
      throws TaskException {
    int[] prompt = prompt(promptTokens, sequence.model().config().vocabSize());
    float[] row = new float[sequence.model().config().vocabSize()];
    sequence.rewind(0);
    long start = System.nanoTime();
    FloatBuffer logits = sequence.evaluate(prompt, 1);
    long prefilled = System.nanoTime();
    int[] next = new int[1];
    for (int i = 0; i < newTokens; i++) {
      logits.get(0, row);
      next[0] = Logits.argMax(row);
      logits = sequence.evaluate(next, 1);
    }
    long decoded = System.nanoTime();
    return new BenchResult.Round(
        promptTokens * NANOS_PER_SECOND / (prefilled - start),
        newTokens * NANOS_PER_SECOND / (decoded - prefilled));
  }

  /** The ids {@code 100 + (37 i mod 20000)}, modulo the vocabulary's size. */
  static int[] prompt(int length, int vocab) {
    int[] tokens = new int[length];
    for (int i = 0; i < length; i++) {
      tokens[i] = (int) ((100 + 37L * i % 20_000) % vocab);
    }
    return tokens;
  }
}
