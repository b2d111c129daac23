package dev.bantam.inference.generation;

import dev.bantam.inference.session.DecoderModel;
import dev.bantam.inference.tokenizer.Tokenizer;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.EventSink;
import dev.bantam.spi.TaskException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Generates the answers of several requests at a time, on one thread that owns all runs of the
 * graph (decision 0122). A request that is alone has the model to itself. Several decode together,
 * a token each a run; one that comes joins between two runs, and its prompt is evaluated in parts
 * between the steps of the others. One that is cancelled leaves after the run under way.
 *
 * <p>An answer does not depend on the requests beside it. Where the processor's kernels compute
 * rows together otherwise than alone, requests take turns, a token each.
 *
 * <p>Safe for use by many threads.
 */
public final class GenerationLoop implements AutoCloseable {

  /** Tokens of a prompt that are evaluated between two steps of others. */
  static final int CHUNK_BESIDE = 32;

  private final DecoderModel model;
  private final Tokenizer tokenizer;
  private final Thread thread;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<DecodeJob> waiting = new ArrayDeque<>();
  private boolean closed;

  /** The requests under way; the loop's thread's own, as are the rows. */
  private final List<DecodeJob> jobs = new ArrayList<>();

  private final DecodeRows rows;
  private boolean oldestFirst;

  /**
   * @param model one whose {@link DecoderModel#mostRows} is more than 1; stays the caller's
   * @param tokenizer stays the caller's
   */
  public GenerationLoop(DecoderModel model, Tokenizer tokenizer) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.rows = new DecodeRows(model);
    this.thread = new Thread(this::work, "bantam-generation");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Generates one answer, as {@link Generator#generate} does in a new sequence. Blocking; the sink
   * is called by the loop's thread.
   *
   * @throws TaskException as {@link Generator#generate}; with {@link ErrorCode#DRAINING} once the
   *     loop is closed
   */
  public GenerationResult generate(
      int[] prompt, GenerationParameters parameters, EventSink sink, CancellationToken cancellation)
      throws TaskException {
    Generation generation =
        new Generation(prompt, 0, model, tokenizer, parameters, sink, cancellation);
    DecodeJob job = new DecodeJob(model, generation, cancellation);
    lock.lock();
    try {
      if (closed) {
        throw closing();
      }
      waiting.add(job);
      changed.signal();
    } finally {
      lock.unlock();
    }
    return job.await();
  }

  /** Requests that are not under way yet. */
  int waiting() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  private static TaskException closing() {
    return new TaskException(
        ErrorCode.DRAINING, "the model was closed; ask again, another version may serve now");
  }

  private void work() {
    try {
      while (takeIn()) {
        try {
          round();
        } catch (RuntimeException | Error e) {
          // Whatever happens here must not cost the thread that all requests depend on.
          jobs.forEach(job -> job.fail(e));
          rows.failAll(e);
          jobs.clear();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      endAll();
    }
  }

  /** Takes requests in; waits while there is none. False once the loop is closed. */
  private boolean takeIn() throws InterruptedException {
    lock.lock();
    try {
      while (jobs.isEmpty() && waiting.isEmpty() && !closed) {
        changed.await();
      }
      while (!waiting.isEmpty() && jobs.size() < model.mostRows()) {
        jobs.add(waiting.remove());
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  /** One run for each kind of work that there is. */
  private void round() {
    jobs.forEach(DecodeJob::endIfCancelled);
    dropEnded();
    if (jobs.size() == 1) {
      goOnAlone(jobs.get(0));
    } else if (jobs.size() > 1) {
      goOnTogether();
    }
    dropEnded();
  }

  private void goOnAlone(DecodeJob job) {
    if (job.isPrompt()) {
      job.prefill(DecoderModel.PREFILL_CHUNK);
      return;
    }
    if (rows.holds(job)) {
      rows.part();
    }
    job.step();
  }

  private void goOnTogether() {
    boolean together = isExact();
    List<DecodeJob> decoding = jobs.stream().filter(job -> !job.isPrompt()).toList();
    // While most wait for their prompts, larger parts bring all of them along sooner.
    boolean isRush = jobs.size() - decoding.size() > decoding.size();
    int chunk = isRush ? DecoderModel.PREFILL_CHUNK : CHUNK_BESIDE;
    nextPrompt().ifPresent(job -> job.prefill(chunk));
    if (!together) {
      decoding.forEach(DecodeJob::step);
      return;
    }
    decoding.stream().filter(job -> !job.isOver() && !rows.holds(job)).forEach(rows::join);
    rows.step();
  }

  /** By turns the oldest, so that it comes to an end, and the one that is done first. */
  private Optional<DecodeJob> nextPrompt() {
    oldestFirst = !oldestFirst;
    Stream<DecodeJob> prompts = jobs.stream().filter(DecodeJob::isPrompt);
    return oldestFirst
        ? prompts.findFirst()
        : prompts.min(Comparator.comparingInt(DecodeJob::tokensLeft));
  }

  private boolean isExact() {
    try {
      return model.batchesExactly();
    } catch (TaskException e) {
      jobs.forEach(job -> job.fail(e));
      return false;
    }
  }

  private void dropEnded() {
    rows.dropEnded();
    jobs.removeIf(DecodeJob::isOver);
  }

  private void endAll() {
    lock.lock();
    try {
      closed = true;
      jobs.addAll(waiting);
      waiting.clear();
    } finally {
      lock.unlock();
    }
    jobs.forEach(job -> job.fail(closing()));
    dropEnded();
  }

  /**
   * Ends what is under way after the run it is at, and waits for that. Closing again only waits.
   */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
