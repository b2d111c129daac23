package dev.bantam.inference.generation;

import dev.bantam.inference.session.DecoderModel;
import dev.bantam.inference.session.Sequence;
import dev.bantam.inference.session.SequenceBatch;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through a {@link GenerationLoop}: first its prompt is evaluated, then it
 * decodes, in a sequence of its own or in a row of a batch. What goes wrong ends this request only.
 *
 * <p>The loop's thread does everything but {@link #await}.
 */
final class DecodeJob {

  /**
   * Fewest tokens of a chunk that is not one when its prompt has the model to itself. Attention
   * takes another way for a single token, with other roundings.
   */
  private static final int LEAST_CHUNK = 8;

  private final DecoderModel model;
  private final Answer answer;
  private final int[] prompt;
  private final CancellationToken cancellation;
  private final CompletableFuture<GenerationResult> result = new CompletableFuture<>();
  private @Nullable Sequence sequence;
  private int evaluated;
  private int next;

  DecodeJob(DecoderModel model, Answer answer, int[] prompt, CancellationToken cancellation) {
    this.model = model;
    this.answer = answer;
    this.prompt = prompt;
    this.cancellation = cancellation;
  }

  /** Waits for the end. */
  GenerationResult await() throws TaskException {
    try {
      return result.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TaskException reason) {
        throw reason;
      }
      throw new IllegalStateException("the generation failed: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      TaskException interrupted =
          new TaskException(ErrorCode.CANCELLED, "the device gave the request up", e);
      result.completeExceptionally(interrupted);
      throw interrupted;
    }
  }

  boolean isOver() {
    return result.isDone();
  }

  /** Tokens of the prompt that are left to evaluate. */
  int tokensLeft() {
    return prompt.length - evaluated;
  }

  boolean isPrompt() {
    return tokensLeft() > 0;
  }

  /** The token to evaluate next, once the prompt is. */
  int next() {
    return next;
  }

  /** Ends the request if nobody waits for it any more. */
  void endIfCancelled() {
    guarded(cancellation::throwIfCancelled);
  }

  /**
   * Evaluates a part of the prompt.
   *
   * @param most tokens to evaluate at about
   */
  void prefill(int most) {
    guarded(
        () -> {
          if (evaluated == 0) {
            evaluated = own().reuse(prompt);
            answer.reused(evaluated);
          }
          int to = evaluated + chunk(most);
          FloatBuffer logits =
              own().evaluate(Arrays.copyOfRange(prompt, evaluated, to), 1, cancellation);
          evaluated = to;
          if (!isPrompt()) {
            own().keep(prompt);
            answer.prefilled();
            pick(logits);
          }
        });
  }

  /** Ends of chunks that it would have alone stay such. */
  private int chunk(int most) {
    int whole =
        Math.min(DecoderModel.PREFILL_CHUNK - evaluated % DecoderModel.PREFILL_CHUNK, tokensLeft());
    return whole - most < LEAST_CHUNK ? whole : most;
  }

  /** Decodes a token in the request's own sequence, or several where drafts are right. */
  void step() {
    guarded(() -> goOnWith(answer.decode(own(), next, cancellation)));
  }

  /** Goes on from the logits behind its last token. */
  void accept(FloatBuffer logits) {
    guarded(() -> pick(logits));
  }

  private void pick(FloatBuffer logits) throws TaskException {
    cancellation.throwIfCancelled();
    goOnWith(answer.next(logits));
  }

  private void goOnWith(OptionalInt token) throws TaskException {
    if (token.isPresent()) {
      next = token.getAsInt();
    } else {
      result.complete(answer.finish());
      free();
    }
  }

  /** Goes on as the last row of a batch. */
  void moveTo(SequenceBatch batch) throws TaskException {
    batch.add(own());
    free();
  }

  /** Goes on in a sequence of its own. */
  void moveFrom(SequenceBatch batch, int row) throws TaskException {
    batch.copyTo(row, own());
  }

  private Sequence own() throws TaskException {
    Sequence own = sequence;
    if (own == null) {
      own = model.newSequence();
      sequence = own;
    }
    return own;
  }

  /** A part of the work that ends the request if it fails. */
  @FunctionalInterface
  private interface Work {
    void run() throws TaskException;
  }

  private void guarded(Work work) {
    if (isOver()) {
      free();
      return;
    }
    try {
      work.run();
    } catch (Throwable e) {
      // A sink's or a sampler's failure must not cost the thread that all requests depend on.
      fail(e);
    }
  }

  void fail(Throwable reason) {
    result.completeExceptionally(reason);
    free();
  }

  private void free() {
    if (sequence != null) {
      sequence.close();
      sequence = null;
    }
  }
}
