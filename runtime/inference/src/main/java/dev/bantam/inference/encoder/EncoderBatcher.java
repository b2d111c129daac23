package dev.bantam.inference.encoder;

import dev.bantam.inference.encoder.EncoderJob.Part;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets the texts of requests meet in batches. A request that comes while a thread is idle is run at
 * once; those that come while all run make up the next batch together. So the time that a request
 * waits for others is zero when idle and one run under load, and nothing has to be tuned (decision
 * 0070).
 *
 * <p>A round takes texts of all requests that wait, each its share of {@link #ROUND_TOKENS}, so
 * that a request of thousands of texts holds up none of one text. It leaves other threads their
 * part: the texts of one request run on all. The round is cut into batches of like lengths. A
 * request that was cancelled is left out.
 *
 * <p>Safe for use by many threads.
 */
public final class EncoderBatcher implements AutoCloseable {

  /** What runs a batch: {@link EncoderModel#run}, {@link EncoderModel#runAlone}. */
  @FunctionalInterface
  public interface Runner {
    /**
     * @return one result a text, in order
     */
    List<EncoderResult> run(List<EncoderInput> batch) throws TaskException;
  }

  /** Tokens of one round: bounds what a request waits for the round before its own. */
  static final int ROUND_TOKENS = 1024;

  /** Tokens that one thread runs as fast by themselves as among more. */
  private static final int FEW_TOKENS = 64;

  /** How often a waiting request looks whether it was cancelled. */
  private static final long POLL_MILLIS = 20;

  /**
   * Texts that a thread runs.
   *
   * @param alone whether nothing else ran or waited when they were taken
   */
  private record Round(List<Part> parts, boolean alone) {}

  private final Runner runner;
  private final Runner alone;
  private final LengthBatches batches = new LengthBatches();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final Deque<EncoderJob> jobs = new ArrayDeque<>();
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicLong runs = new AtomicLong();

  /** Rounds under way, those in callers' threads included; at most as many as threads. */
  private int running;

  private boolean closed;

  /**
   * @param runner for batches that others may run beside
   * @param alone for a batch while nothing else runs or waits
   * @param name of the threads
   * @param parallel runs at the same time, at least 1
   */
  public EncoderBatcher(Runner runner, Runner alone, String name, int parallel) {
    this.runner = runner;
    this.alone = alone;
    for (int i = 1; i <= parallel; i++) {
      Thread thread = new Thread(this::work, name + "-" + i);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
  }

  /**
   * Encodes the texts of one request. Blocking.
   *
   * @return one result a text, in order
   * @throws TaskException what {@link Runner#run} throws, why the request was cancelled, or {@link
   *     ErrorCode#DRAINING} once the batcher is closed
   */
  public List<EncoderResult> encode(List<EncoderInput> texts, CancellationToken cancellation)
      throws TaskException {
    if (texts.isEmpty()) {
      return List.of();
    }
    EncoderJob job = new EncoderJob(texts, cancellation);
    if (texts.size() > 1 || !ranHere(job)) {
      enter(job);
    }
    try {
      return job.await(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      TaskException interrupted =
          new TaskException(ErrorCode.CANCELLED, "the device gave the request up", e);
      job.fail(interrupted);
      throw interrupted;
    }
  }

  /** Batches that were run so far. */
  public long runs() {
    return runs.get();
  }

  /** Requests with texts that no run has begun with. */
  int waiting() {
    lock.lock();
    try {
      return jobs.size();
    } finally {
      lock.unlock();
    }
  }

  /** Runs a single text in the caller's thread if nothing else is to do: waking another is dear. */
  private boolean ranHere(EncoderJob job) throws TaskException {
    List<Part> parts = new ArrayList<>();
    lock.lock();
    try {
      if (closed) {
        throw closing();
      }
      if (running > 0 || !jobs.isEmpty()) {
        return false;
      }
      int unused = job.take(ROUND_TOKENS, parts);
      running++;
    } finally {
      lock.unlock();
    }
    runBatch(parts, alone);
    ended();
    return true;
  }

  private void ended() {
    lock.lock();
    try {
      running--;
      if (!jobs.isEmpty()) {
        arrived.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  private void enter(EncoderJob job) throws TaskException {
    lock.lock();
    try {
      if (closed) {
        throw closing();
      }
      jobs.add(job);
      arrived.signal();
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
      for (Round round = take(); !round.parts().isEmpty(); round = take()) {
        run(round.parts(), round.alone() ? alone : runner);
        ended();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The next round; empty once the batcher is closed. */
  private Round take() throws InterruptedException {
    lock.lock();
    try {
      while (true) {
        jobs.removeIf(job -> job.isOver() || !job.hasWaiting());
        if (closed) {
          return new Round(List.of(), false);
        }
        if (!jobs.isEmpty() && running < threads.size()) {
          List<Part> parts = round();
          boolean nothingElse = jobs.isEmpty() && running == 0;
          running++;
          return new Round(parts, nothingElse);
        }
        arrived.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private List<Part> round() {
    List<Part> round = new ArrayList<>();
    int most = roundTokens();
    int tokens = 0;
    for (int share : new int[] {Math.max(1, most / jobs.size()), most}) {
      for (EncoderJob job : jobs) {
        if (tokens < most) {
          tokens += job.take(Math.min(share, most - tokens), round);
        }
      }
    }
    jobs.removeIf(job -> !job.hasWaiting());
    if (!jobs.isEmpty()) {
      jobs.add(jobs.remove());
      arrived.signal();
    }
    return round;
  }

  /**
   * While much waits, two thirds of a thread's even part, so that none has to wait long for the
   * last; of little, an even part for each thread that is idle.
   */
  private int roundTokens() {
    long waiting = jobs.stream().mapToLong(EncoderJob::waitingTokens).sum();
    long part = ceil(waiting * 2, threads.size() * 3L);
    long few = Math.min(FEW_TOKENS, ceil(waiting, threads.size() - running));
    return (int) Math.min(ROUND_TOKENS, Math.max(part, few));
  }

  private static long ceil(long value, long divisor) {
    return (value + divisor - 1) / divisor;
  }

  private void run(List<Part> round, Runner by) {
    List<List<Integer>> cut = batches.cut(round.stream().map(Part::input).toList());
    for (int i = cut.size() - 1; i >= 0; i--) {
      runBatch(cut.get(i).stream().map(round::get).toList(), by);
    }
  }

  /** A batch that fails is run again request by request, so that one cannot spoil another's. */
  private void runBatch(List<Part> batch, Runner by) {
    TaskException failure = attempt(batch, by);
    if (failure == null) {
      return;
    }
    Map<EncoderJob, List<Part>> byJob = new LinkedHashMap<>();
    batch.forEach(part -> byJob.computeIfAbsent(part.job(), job -> new ArrayList<>()).add(part));
    byJob.forEach(
        (job, parts) -> {
          TaskException own = byJob.size() == 1 ? failure : attempt(parts, by);
          if (own != null) {
            job.fail(own);
          }
        });
  }

  private @Nullable TaskException attempt(List<Part> batch, Runner by) {
    try {
      runs.incrementAndGet();
      List<EncoderResult> results = by.run(batch.stream().map(Part::input).toList());
      if (results.size() != batch.size()) {
        throw new IllegalStateException(
            "%d results for %d texts".formatted(results.size(), batch.size()));
      }
      for (int i = 0; i < results.size(); i++) {
        batch.get(i).done(results.get(i));
      }
      return null;
    } catch (TaskException e) {
      return e;
    } catch (OutOfMemoryError e) {
      return new TaskException(
          ErrorCode.OUT_OF_MEMORY, "there is not enough memory for these texts; send fewer", e);
    } catch (Throwable e) {
      // Whatever happens here must not cost the thread that all requests depend on.
      return new TaskException(ErrorCode.PLUGIN_FAILED, "the encoder failed: " + e, e);
    }
  }

  /** Ends the threads after the rounds they are at; requests that still wait are refused. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      jobs.forEach(job -> job.fail(closing()));
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
    for (Thread thread : threads) {
      join(thread);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
