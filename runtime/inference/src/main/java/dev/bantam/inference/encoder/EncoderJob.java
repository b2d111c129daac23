package dev.bantam.inference.encoder;

import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.TaskException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One request's texts on their way through the batcher. What is not taken yet belongs to the
 * batcher's lock; results are written by runners and read after {@link #await}.
 */
final class EncoderJob {

  /**
   * One text of a job.
   *
   * @param index its place in the job
   */
  record Part(EncoderJob job, int index) {

    EncoderInput input() {
      return job.texts.get(index);
    }

    void done(EncoderResult result) {
      job.done(index, result);
    }
  }

  private final List<EncoderInput> texts;
  private final CancellationToken cancellation;
  private final Deque<Integer> waiting;
  private final @Nullable EncoderResult[] results;
  private final CountDownLatch left;
  private long waitingTokens;
  private volatile @Nullable TaskException failure;

  EncoderJob(List<EncoderInput> texts, CancellationToken cancellation) {
    this.texts = texts;
    this.cancellation = cancellation;
    this.results = new EncoderResult[texts.size()];
    this.left = new CountDownLatch(texts.size());
    this.waitingTokens = texts.stream().mapToLong(EncoderInput::size).sum();
    this.waiting =
        new ArrayDeque<>(
            IntStream.range(0, texts.size())
                .boxed()
                .sorted(Comparator.comparing((Integer i) -> -texts.get(i).size()))
                .toList());
  }

  /** Nobody wants its results any more, or one of its texts has failed. */
  boolean isOver() {
    return failure != null || cancellation.isCancelled();
  }

  /** Of the texts that are not taken yet. */
  long waitingTokens() {
    return waitingTokens;
  }

  boolean hasWaiting() {
    return !waiting.isEmpty();
  }

  /**
   * Takes texts, the longest first.
   *
   * @param tokens that they may have together; the first text may have more
   * @return tokens taken
   */
  int take(int tokens, List<Part> into) {
    int taken = 0;
    while (!waiting.isEmpty()) {
      int size = texts.get(waiting.peek()).size();
      if (taken > 0 && taken + size > tokens) {
        break;
      }
      taken += size;
      into.add(new Part(this, waiting.remove()));
    }
    waitingTokens -= taken;
    return taken;
  }

  private void done(int index, EncoderResult result) {
    results[index] = result;
    left.countDown();
  }

  /** Ends the job: whoever waits for it gets {@code why}. */
  void fail(TaskException why) {
    failure = why;
    while (left.getCount() > 0) {
      left.countDown();
    }
  }

  /**
   * Waits for all results.
   *
   * @param pollMillis how often the cancellation is asked
   * @throws TaskException with the failure, or with why the request was cancelled
   */
  List<EncoderResult> await(long pollMillis) throws TaskException, InterruptedException {
    while (!left.await(pollMillis, TimeUnit.MILLISECONDS)) {
      cancellation.throwIfCancelled();
    }
    TaskException failed = failure;
    if (failed != null) {
      throw failed;
    }
    List<EncoderResult> all = new ArrayList<>(results.length);
    for (EncoderResult result : results) {
      if (result == null) {
        throw new IllegalStateException("a text was counted but has no result");
      }
      all.add(result);
    }
    return all;
  }
}
