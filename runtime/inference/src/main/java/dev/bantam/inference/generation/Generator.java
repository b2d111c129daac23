package dev.bantam.inference.generation;

import dev.bantam.inference.session.Sequence;
import dev.bantam.inference.tokenizer.Tokenizer;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.EventSink;
import dev.bantam.spi.TaskException;
import dev.bantam.spi.TaskResult.FinishReason;
import dev.bantam.spi.TaskResult.Timings;
import dev.bantam.spi.TaskResult.Usage;
import java.nio.FloatBuffer;
import java.util.HashSet;
import java.util.Set;

/**
 * The generation loop: prefill the prompt, then sample a token, give out its text and decode it,
 * until something ends the answer. Blocking; runs on the caller's thread.
 */
public final class Generator {

  private Generator() {}

  /**
   * Generates one answer.
   *
   * <p>It ends with {@link FinishReason#STOP} at one of the model's stop tokens or at a stop
   * string, neither of which is given out, and with {@link FinishReason#LENGTH} after {@code
   * maxTokens} tokens or at the context's end.
   *
   * @param sequence where the prompt is appended; empty for a fresh request. Afterwards it holds
   *     the prompt and the answer but for its last token.
   * @param prompt token ids, begin-of-text included where the model wants one; at least one
   * @param sink receives the text as it is made, whole characters only
   * @param cancellation watched between prefill chunks and before each token
   * @throws TaskException with {@link ErrorCode#PROMPT_TOO_LONG} if the prompt does not fit the
   *     context, {@link ErrorCode#INVALID_REQUEST} if it is empty, {@link ErrorCode#CANCELLED}, and
   *     as {@link Sequence#evaluate(int[], int, CancellationToken)}
   */
  public static GenerationResult generate(
      Sequence sequence,
      Tokenizer tokenizer,
      int[] prompt,
      GenerationParameters parameters,
      EventSink sink,
      CancellationToken cancellation)
      throws TaskException {
    if (prompt.length == 0) {
      throw new TaskException(
          ErrorCode.INVALID_REQUEST, "the prompt has no tokens; send some text");
    }
    int vocab = sequence.model().config().vocabSize();
    return new Run(
            sequence,
            TokenPicker.of(parameters, prompt, vocab),
            new AnswerText(tokenizer.newTextStream(), parameters.stop(), sink),
            cancellation)
        .generate(prompt, parameters.maxTokens());
  }

  /** The state of one call. */
  private static final class Run {
    private final Sequence sequence;
    private final TokenPicker picker;
    private final AnswerText text;
    private final CancellationToken cancellation;
    private final Set<Integer> stopTokens;
    private final Stopwatch stopwatch = new Stopwatch();
    private int generated;

    Run(Sequence sequence, TokenPicker picker, AnswerText text, CancellationToken cancellation) {
      this.sequence = sequence;
      this.picker = picker;
      this.text = text;
      this.cancellation = cancellation;
      this.stopTokens = new HashSet<>(sequence.model().config().stopTokenIds());
    }

    GenerationResult generate(int[] prompt, int maxTokens) throws TaskException {
      FloatBuffer logits = sequence.evaluate(prompt, 1, cancellation);
      stopwatch.prefilled();
      FinishReason reason = decode(logits, maxTokens);
      if (!text.finish()) {
        reason = FinishReason.STOP;
      }
      stopwatch.text(text);
      return new GenerationResult(
          text.toString(), reason, new Usage(prompt.length, generated), stopwatch.timings());
    }

    private FinishReason decode(FloatBuffer first, int maxTokens) throws TaskException {
      FloatBuffer logits = first;
      int[] next = new int[1];
      while (true) {
        cancellation.throwIfCancelled();
        next[0] = picker.pick(logits);
        if (stopTokens.contains(next[0])) {
          return FinishReason.STOP;
        }
        generated++;
        boolean more = text.add(next[0]);
        stopwatch.token();
        stopwatch.text(text);
        if (!more) {
          return FinishReason.STOP;
        }
        if (generated >= maxTokens || isContextFull()) {
          return FinishReason.LENGTH;
        }
        logits = sequence.evaluate(next, 1, cancellation);
      }
    }

    private boolean isContextFull() {
      return sequence.position() >= sequence.model().contextLength();
    }
  }

  private static final class Stopwatch {
    private static final double NANOS_PER_MILLI = 1e6;

    private final long start = System.nanoTime();
    private long prefilled = start;
    private long firstToken;
    private long lastToken;
    private long firstText;

    void prefilled() {
      prefilled = System.nanoTime();
    }

    void token() {
      lastToken = System.nanoTime();
      if (firstToken == 0) {
        firstToken = lastToken;
      }
    }

    void text(AnswerText text) {
      if (firstText == 0 && !text.isEmpty()) {
        firstText = System.nanoTime();
      }
    }

    Timings timings() {
      long ttft = firstText == 0 ? System.nanoTime() : firstText;
      return new Timings(
          (prefilled - start) / NANOS_PER_MILLI,
          (lastToken - firstToken) / NANOS_PER_MILLI,
          (ttft - start) / NANOS_PER_MILLI);
    }
  }
}
