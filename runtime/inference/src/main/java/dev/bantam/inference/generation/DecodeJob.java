package dev.bantam.inference.generation;

import dev.bantam.inference.session.DecoderModel;
import dev.bantam.inference.session.Sequence;
import dev.bantam.inference.session.SequenceBatch;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.nio.FloatBuffer;
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

  private final DecoderModel model;
  private final Generation generation;
  private final CancellationToken cancellation;
  private final CompletableFuture<GenerationResult> result = new CompletableFuture<>();
  private @Nullable Sequence sequence;

  /**
   * @param generation in an empty sequence
   */
  DecodeJob(DecoderModel model, Generation generation, CancellationToken cancellation) {
    this.model = model;
    this.generation = generation;
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
    return generation.tokensLeft();
  }

  /** Whether it has to {@link #prefill}, at its beginning or since its context has slid. */
  boolean isPrompt() {
    return generation.isPrompt();
  }

  /** The token to evaluate next, once the prompt is. */
  int next() {
    return generation.next();
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
    guarded(() -> generation.prefill(own(), most));
  }

  /** Decodes a token in the request's own sequence, or several where drafts are right. */
  void step() {
    guarded(() -> generation.step(own()));
  }

  /** Goes on from the logits behind its last token. */
  void accept(FloatBuffer logits) {
    guarded(() -> generation.accept(logits));
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
      if (generation.isOver()) {
        result.complete(generation.finish());
        free();
      }
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
