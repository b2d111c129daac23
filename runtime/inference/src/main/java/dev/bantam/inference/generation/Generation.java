package dev.bantam.inference.generation;

import dev.bantam.inference.session.DecoderModel;
import dev.bantam.inference.session.Sequence;
import dev.bantam.inference.tokenizer.Tokenizer;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.EventSink;
import dev.bantam.spi.TaskException;
import dev.bantam.spi.TaskResult.Usage;
import java.nio.FloatBuffer;
import java.util.OptionalInt;

/**
 * The steps of one generation, whoever takes them: its prompt is evaluated, at once or in parts,
 * then it decodes. Where its context slides, what was kept is a prompt once more (decision 0126).
 * For one thread at a time.
 */
final class Generation {

  /**
   * Fewest tokens of a chunk that is not one when its prompt has the model to itself. Attention
   * takes another way for a single token, with other roundings.
   */
  private static final int LEAST_CHUNK = 8;

  private final DecoderModel model;
  private final int before;
  private final Window window;
  private final int promptTokens;
  private final Answer answer;
  private final Drafts drafts;
  private final boolean draftsMayChangeIt;
  private final CancellationToken cancellation;

  /** Tokens of the window that the sequence holds. */
  private int evaluated;

  private int reused;
  private boolean isPrompt = true;
  private boolean isOver;

  /**
   * @param before tokens that stand before the prompt in its sequence
   * @throws TaskException with {@link ErrorCode#INVALID_REQUEST} if the prompt has no tokens, or
   *     the parameters name a token that the model does not have; with {@link
   *     ErrorCode#PROMPT_TOO_LONG} if it does not fit the context
   */
  Generation(
      int[] prompt,
      int before,
      DecoderModel model,
      Tokenizer tokenizer,
      GenerationParameters parameters,
      EventSink sink,
      CancellationToken cancellation)
      throws TaskException {
    if (prompt.length == 0) {
      throw new TaskException(
          ErrorCode.INVALID_REQUEST, "the prompt has no tokens; send some text");
    }
    this.model = model;
    this.before = before;
    this.cancellation = cancellation;
    int context =
        Math.min(model.contextLength(), parameters.mostContext().orElse(Integer.MAX_VALUE));
    int room = Math.max(1, context - before);
    this.window = new Window(prompt, room, parameters.maxTokens(), parameters.overflow());
    model.requireRoom(before + (long) window.size(), context);
    this.promptTokens = window.size();
    int[] given = window.range(0, promptTokens);
    this.answer =
        Answer.to(given, window.mostOf(parameters.maxTokens()), model, tokenizer, parameters, sink);
    this.drafts = new Drafts(given, parameters.drafts().orElse(GenerationParameters.MOST_DRAFTS));
    this.draftsMayChangeIt = parameters.drafts().isPresent();
  }

  /** Whether tokens have to be evaluated before it can go on with {@link #step}. */
  boolean isPrompt() {
    return isPrompt;
  }

  /** Tokens of its prompt that are left to evaluate. */
  int tokensLeft() {
    return isPrompt ? window.size() - evaluated : 0;
  }

  /** The token to evaluate next, once the prompt is. */
  int next() {
    return window.last();
  }

  /** Whether the answer has ended. */
  boolean isOver() {
    return isOver;
  }

  /**
   * Evaluates a part of the prompt, and picks the first token behind the last.
   *
   * @param sequence holds what was evaluated of it
   * @param most tokens to evaluate at about; more than {@link DecoderModel#PREFILL_CHUNK} for all
   *     of them
   */
  void prefill(Sequence sequence, int most) throws TaskException {
    sequence.rewind(before + evaluated);
    if (evaluated == 0) {
      evaluated = sequence.reuse(window.range(0, window.size()));
      reused = window.isFirst() ? evaluated : reused;
    }
    int to = evaluated + part(most);
    FloatBuffer logits = sequence.evaluate(window.range(evaluated, to), 1, cancellation);
    evaluated = to;
    if (evaluated == window.size()) {
      prefilled(sequence);
      pick(logits);
      goOn();
    }
  }

  /** Ends of chunks that it would have alone stay such. */
  private int part(int most) {
    if (most > DecoderModel.PREFILL_CHUNK) {
      return tokensLeft();
    }
    int whole = endOfChunk() - evaluated;
    return whole - most < LEAST_CHUNK ? whole : most;
  }

  /** A last chunk of one token would have another one with it, see {@link Sequence#evaluate}. */
  private int endOfChunk() {
    int end = (evaluated / DecoderModel.PREFILL_CHUNK + 1) * DecoderModel.PREFILL_CHUNK;
    int last = window.size();
    if (end == last - 1) {
      end--;
    }
    return evaluated < end ? Math.min(end, last) : last;
  }

  private void prefilled(Sequence sequence) {
    isPrompt = false;
    if (window.isFirst()) {
      if (before == 0) {
        sequence.keep(window.range(0, evaluated));
      }
      answer.prefilled();
    }
  }

  /**
   * Evaluates the token that was picked, with those that may follow it, and picks from the logits
   * behind it and behind all that were right. Afterwards the tokens before the one that was picked
   * last are evaluated, and no others.
   */
  void step(Sequence sequence) throws TaskException {
    int[] run = run(sequence);
    FloatBuffer logits = sequence.evaluate(run, run.length, cancellation);
    int vocab = logits.remaining() / run.length;
    int right = 0;
    do {
      pick(logits.slice(right++ * vocab, vocab));
    } while (right < run.length && !isOver && window.last() == run[right]);
    sequence.rewind(sequence.position() - (run.length - right));
    drafts.checked(run, right);
    goOn();
  }

  private int[] run(Sequence sequence) throws TaskException {
    int room = Math.min(answer.tokensLeft(), window.roomBehind(evaluated));
    int[] run = drafts.run(next(), Math.min(room, sequence.tokensToTurn()) - 1);
    if (run.length == 1 || draftsMayChangeIt || model.hasLikeRows()) {
      return run;
    }
    drafts.stop();
    return new int[] {next()};
  }

  /** Picks from the logits behind its last token, which somebody has evaluated. */
  void accept(FloatBuffer row) throws TaskException {
    pick(row);
    goOn();
  }

  private void pick(FloatBuffer row) throws TaskException {
    cancellation.throwIfCancelled();
    OptionalInt token = answer.next(row);
    if (token.isPresent()) {
      window.add(token.getAsInt());
      drafts.add(token.getAsInt());
    } else {
      isOver = true;
    }
  }

  /** All tokens but the last one picked are evaluated. */
  private void goOn() {
    evaluated = window.size() - 1;
    if (!isOver && window.slide()) {
      // Whole chunks of the kept beginning are what they would be without what was dropped.
      evaluated = window.kept() - window.kept() % model.chunk();
      isPrompt = true;
      drafts.restart(window.range(0, window.size()));
    }
  }

  /** Gives out the text that was held back; what has come of it all. To be called once. */
  GenerationResult finish() {
    Usage usage =
        new Usage(promptTokens, answer.tokens(), reused, drafts.drafted(), drafts.accepted());
    return answer.finish(usage, window.use());
  }
}
