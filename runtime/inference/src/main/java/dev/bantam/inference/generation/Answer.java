package dev.bantam.inference.generation;

import dev.bantam.inference.session.DecoderModel;
import dev.bantam.inference.tokenizer.Tokenizer;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.EventSink;
import dev.bantam.spi.TaskException;
import dev.bantam.spi.TaskResult.FinishReason;
import dev.bantam.spi.TaskResult.Usage;
import java.nio.FloatBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * One answer in the making: what becomes of the logits behind its prompt and behind each of its
 * tokens, whoever has the graph compute them. For one generation, one thread at a time.
 */
final class Answer {

  private final int most;
  private final TokenPicker picker;
  private final AnswerText text;
  private final Set<Integer> stopTokens;
  private final Optional<Logprobs> logprobs;
  private final Stopwatch stopwatch = new Stopwatch();
  private FinishReason reason = FinishReason.LENGTH;
  private int generated;

  /** The time runs from here on. */
  private Answer(
      int most,
      TokenPicker picker,
      AnswerText text,
      Set<Integer> stopTokens,
      Optional<Logprobs> logprobs) {
    this.most = most;
    this.picker = picker;
    this.text = text;
    this.stopTokens = stopTokens;
    this.logprobs = logprobs;
  }

  /**
   * @param most tokens that there is room for
   * @throws TaskException with {@link ErrorCode#INVALID_REQUEST} if the parameters name a token
   *     that the model does not have
   */
  static Answer to(
      int[] prompt,
      int most,
      DecoderModel model,
      Tokenizer tokenizer,
      GenerationParameters parameters,
      EventSink sink)
      throws TaskException {
    int vocab = model.config().vocabSize();
    OptionalInt top = parameters.topLogprobs();
    return new Answer(
        most,
        TokenPicker.of(parameters, prompt, vocab),
        new AnswerText(tokenizer.newTextStream(), parameters.stop(), sink),
        new HashSet<>(model.config().stopTokenIds()),
        top.isPresent() ? Optional.of(new Logprobs(top.getAsInt(), vocab)) : Optional.empty());
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
    logprobs.ifPresent(all -> all.add(row, token));
    boolean more = text.add(token);
    stopwatch.token();
    stopwatch.text(text);
    if (!more) {
      reason = FinishReason.STOP;
    }
    return more && generated < most ? OptionalInt.of(token) : OptionalInt.empty();
  }

  /** Tokens so far. */
  int tokens() {
    return generated;
  }

  /** Tokens that may still come. */
  int tokensLeft() {
    return most - generated;
  }

  /** Gives out the text that was held back; what has come of it all. To be called once. */
  GenerationResult finish(Usage usage, ContextUse context) {
    if (!text.finish()) {
      reason = FinishReason.STOP;
    }
    stopwatch.text(text);
    List<TokenLogprob> likelihoods = logprobs.map(Logprobs::picked).orElse(List.of());
    return new GenerationResult(
        text.toString(), reason, usage, stopwatch.timings(), context, likelihoods);
  }
}
