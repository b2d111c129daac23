package dev.bantam.inference.generation;

import dev.bantam.inference.session.DecoderModel;
import dev.bantam.inference.session.Sequence;
import dev.bantam.inference.tokenizer.Tokenizer;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.EventSink;
import dev.bantam.spi.TaskException;
import dev.bantam.spi.TaskResult.FinishReason;
import dev.bantam.spi.TaskResult.Usage;
import java.nio.FloatBuffer;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;

/**
 * One answer in the making: what becomes of the logits behind its prompt and behind each of its
 * tokens, whoever has the graph compute them. For one generation, one thread at a time.
 */
final class Answer {

  private final int promptTokens;
  private final int most;
  private final TokenPicker picker;
  private final AnswerText text;
  private final Set<Integer> stopTokens;
  private final Drafts drafts;
  private final boolean draftsMayChangeIt;
  private final Stopwatch stopwatch = new Stopwatch();
  private FinishReason reason = FinishReason.LENGTH;
  private int reused;
  private int generated;

  /** The time runs from here on. */
  private Answer(
      int promptTokens,
      int most,
      TokenPicker picker,
      AnswerText text,
      Set<Integer> stopTokens,
      Drafts drafts,
      boolean draftsMayChangeIt) {
    this.promptTokens = promptTokens;
    this.most = most;
    this.picker = picker;
    this.text = text;
    this.stopTokens = stopTokens;
    this.drafts = drafts;
    this.draftsMayChangeIt = draftsMayChangeIt;
  }

  /**
   * @param before tokens that stand before the prompt in its sequence
   * @throws TaskException with {@link ErrorCode#INVALID_REQUEST} if the prompt has no tokens, or
   *     the parameters name a token that the model does not have
   */
  static Answer to(
      int[] prompt,
      int before,
      DecoderModel model,
      Tokenizer tokenizer,
      GenerationParameters parameters,
      EventSink sink)
      throws TaskException {
    if (prompt.length == 0) {
      throw new TaskException(
          ErrorCode.INVALID_REQUEST, "the prompt has no tokens; send some text");
    }
    // The last token is not evaluated, so it needs no room in the context.
    int room = model.contextLength() - before - prompt.length + 1;
    return new Answer(
        prompt.length,
        Math.min(parameters.maxTokens(), room),
        TokenPicker.of(parameters, prompt, model.config().vocabSize()),
        new AnswerText(tokenizer.newTextStream(), parameters.stop(), sink),
        new HashSet<>(model.config().stopTokenIds()),
        new Drafts(prompt, parameters.drafts().orElse(GenerationParameters.MOST_DRAFTS)),
        parameters.drafts().isPresent());
  }

  /** So many of the prompt's tokens need not be evaluated. */
  void reused(int tokens) {
    reused = tokens;
  }

  /** The prompt has been evaluated. */
  void prefilled() {
    stopwatch.prefilled();
  }

  /**
   * Picks the next token and gives out its text.
   *
   * @param row the logits behind the last token, by token id; not changed
   * @return the token to evaluate next; empty if the answer has ended
   * @throws TaskException with {@link ErrorCode#MODEL_UNUSABLE} if the logits are no numbers
   */
  OptionalInt next(FloatBuffer row) throws TaskException {
    int token = picker.pick(row);
    if (stopTokens.contains(token)) {
      reason = FinishReason.STOP;
      return OptionalInt.empty();
    }
    generated++;
    drafts.add(token);
    boolean more = text.add(token);
    stopwatch.token();
    stopwatch.text(text);
    if (!more) {
      reason = FinishReason.STOP;
    }
    return more && generated < most ? OptionalInt.of(token) : OptionalInt.empty();
  }

  /**
   * Evaluates a token that was picked, with those that may follow it, and picks from the logits
   * behind it and behind all that were right.
   *
   * @return as {@link #next}; the tokens before it are evaluated, and no others
   */
  OptionalInt decode(Sequence sequence, int token, CancellationToken cancellation)
      throws TaskException {
    int[] run = run(sequence, token);
    FloatBuffer logits = sequence.evaluate(run, run.length, cancellation);
    int vocab = logits.remaining() / run.length;
    int right = 0;
    OptionalInt next;
    do {
      cancellation.throwIfCancelled();
      next = next(logits.slice(right++ * vocab, vocab));
    } while (right < run.length && next.isPresent() && next.getAsInt() == run[right]);
    sequence.rewind(sequence.position() - (run.length - right));
    drafts.checked(run, right);
    return next;
  }

  private int[] run(Sequence sequence, int token) throws TaskException {
    int[] run = drafts.run(token, Math.min(most - generated, sequence.tokensToTurn()) - 1);
    if (run.length == 1 || draftsMayChangeIt || sequence.model().hasLikeRows()) {
      return run;
    }
    drafts.stop();
    return new int[] {token};
  }

  /** Gives out the text that was held back; what has come of it all. To be called once. */
  GenerationResult finish() {
    if (!text.finish()) {
      reason = FinishReason.STOP;
    }
    stopwatch.text(text);
    Usage usage = new Usage(promptTokens, generated, reused, drafts.drafted(), drafts.accepted());
    return new GenerationResult(text.toString(), reason, usage, stopwatch.timings());
  }
}
