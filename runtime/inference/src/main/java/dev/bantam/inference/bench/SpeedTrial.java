package dev.bantam.inference.bench;

import dev.bantam.format.EncoderConfig;
import dev.bantam.inference.encoder.EncoderBatcher;
import dev.bantam.inference.encoder.EncoderInput;
import dev.bantam.inference.encoder.EncoderModel;
import dev.bantam.inference.session.DecoderModel;
import dev.bantam.inference.session.Sequence;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.TaskException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How fast a model is when it is loaded in a certain way: short enough to be made again and again,
 * in turns with other ways. What else the machine does only ever slows a run down, so the fastest
 * of a few counts.
 */
public final class SpeedTrial {

  private static final int PROMPT_TOKENS = 96;
  private static final int NEW_TOKENS = 16;

  /** Texts that come one by one, and tokens of each. */
  private static final int SINGLE_TEXTS = 12;

  private static final int SINGLE_TOKENS = 16;

  /** Texts that come together, and tokens of the longest. */
  private static final int MANY_TEXTS = 64;

  private static final int MOST_TOKENS = 48;

  private static final int REPEATS = 3;

  /** A slow machine has long runs, of which one says enough. */
  private static final long ENOUGH_NANOS = 8_000_000_000L;

  private static final double NANOS_PER_SECOND = 1e9;

  private SpeedTrial() {}

  /**
   * Loads a decoder, runs it and closes it. Blocking.
   *
   * @return {@code prefill_tokens_per_second} and {@code decode_tokens_per_second}
   * @throws TaskException as {@link DecoderModel#load} and {@link Sequence#evaluate(int[], int)}
   */
  public static Map<String, Double> ofDecoder(ModelFiles files, LoadContext context)
      throws TaskException {
    try (DecoderModel model = DecoderModel.load(files, context);
        Sequence sequence = model.newSequence()) {
      int prompt = Math.max(1, Math.min(PROMPT_TOKENS, model.contextLength() - NEW_TOKENS));
      int made = Math.max(1, Math.min(NEW_TOKENS, model.contextLength() - prompt));
      Fastest fastest = new Fastest();
      while (fastest.wantsMore()) {
        BenchResult.Round round = Benchmark.round(sequence, prompt, made);
        fastest.take(
            Map.of(
                "prefill_tokens_per_second",
                round.prefillTokensPerSecond(),
                "decode_tokens_per_second",
                round.decodeTokensPerSecond()));
      }
      return fastest.speeds();
    }
  }

  /**
   * Loads an encoder as its plugin does, runs it and closes it. Blocking.
   *
   * @return {@code single_texts_per_second} of texts that come one by one, and {@code
   *     texts_per_second} of many at once
   * @throws TaskException as {@link EncoderModel#loadForParallelRuns} and {@link EncoderModel#run}
   */
  public static Map<String, Double> ofEncoder(ModelFiles files, LoadContext context)
      throws TaskException {
    try (EncoderModel model = EncoderModel.loadForParallelRuns(files, context);
        EncoderBatcher batcher =
            new EncoderBatcher(model::run, model::runAlone, "bantam-trial", context.threads())) {
      List<EncoderInput> single = List.of(text(model, SINGLE_TOKENS));
      List<EncoderInput> many =
          IntStream.rangeClosed(1, MANY_TEXTS)
              .mapToObj(i -> text(model, Math.max(2, i * MOST_TOKENS / MANY_TEXTS)))
              .toList();
      Fastest fastest = new Fastest();
      while (fastest.wantsMore()) {
        long begin = System.nanoTime();
        for (int i = 0; i < SINGLE_TEXTS; i++) {
          batcher.encode(single, CancellationToken.NONE);
        }
        long between = System.nanoTime();
        batcher.encode(many, CancellationToken.NONE);
        long end = System.nanoTime();
        fastest.take(
            Map.of(
                "single_texts_per_second",
                SINGLE_TEXTS * NANOS_PER_SECOND / (between - begin),
                "texts_per_second",
                MANY_TEXTS * NANOS_PER_SECOND / (end - between)));
      }
      return fastest.speeds();
    }
  }

  private static EncoderInput text(EncoderModel model, int tokens) {
    EncoderConfig config = model.config();
    int length = Math.min(tokens, model.maxTokens());
    int[] ids = Benchmark.prompt(length, config.vocabSize());
    return new EncoderInput(
        Arrays.stream(ids)
            .map(id -> id == config.padTokenId() ? (id + 1) % config.vocabSize() : id)
            .toArray(),
        new int[length]);
  }

  /** The fastest of some runs, behind one that does not count. */
  private static final class Fastest {

    private final long begin = System.nanoTime();
    private final Map<String, Double> speeds = new LinkedHashMap<>();
    private int taken;

    boolean wantsMore() {
      return taken < 2 || (taken <= REPEATS && System.nanoTime() - begin < ENOUGH_NANOS);
    }

    void take(Map<String, Double> run) {
      if (taken > 0) {
        run.forEach((name, speed) -> speeds.merge(name, speed, Math::max));
      }
      taken++;
    }

    Map<String, Double> speeds() {
      return speeds;
    }
  }
}
