package dev.bantam.runtime.dispatch;

import dev.bantam.runtime.slot.ModelSlot;
import dev.bantam.spi.RequestLimits;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A slot with the threads that work for it, and the count of requests it holds. Counting and
 * estimating belong to the dispatcher's context; {@link #execute} and {@link #withdraw} too.
 */
public final class SlotWorkers {

  private static final double WEIGHT_OF_NEWEST = 0.3;
  private static final Duration FIRST_GUESS = Duration.ofSeconds(1);
  private static final Duration SHORTEST_RETRY = Duration.ofMillis(100);
  private static final Duration LONGEST_RETRY = Duration.ofMinutes(1);

  private final ModelSlot slot;
  private final Set<String> tasks;
  private volatile SlotLimits limits;
  private volatile RequestLimits allowed = RequestLimits.NONE;
  private final ThreadPoolExecutor pool;

  /** For each request that waits the pool holds a call of {@link #runNext}. */
  private final TurnQueue<Runnable> queue = new TurnQueue<>(System::nanoTime);

  private final SlotFigures figures = new SlotFigures();
  private int held;
  private long taken;
  private volatile double averageNanos = FIRST_GUESS.toNanos();

  /**
   * @param tasks the tasks that the slot serves
   */
  public SlotWorkers(ModelSlot slot, Set<String> tasks, SlotLimits limits) {
    this.slot = slot;
    this.tasks = Set.copyOf(tasks);
    this.limits = limits;
    AtomicInteger number = new AtomicInteger();
    // The queue needs no bound of its own: the dispatcher admits no more than the slot's capacity.
    this.pool =
        new ThreadPoolExecutor(
            limits.workers(),
            limits.workers(),
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread =
                  new Thread(work, "bantam-slot-" + slot.name() + "-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  public ModelSlot slot() {
    return slot;
  }

  public String name() {
    return slot.name();
  }

  /** The tasks, sorted. */
  public Set<String> tasks() {
    return new TreeSet<>(tasks);
  }

  public SlotLimits limits() {
    return limits;
  }

  /** From now on takes so much at once; what it holds stays. Any thread. */
  public synchronized void limit(SlotLimits other) {
    limits = other;
    // The lower bound may never be above the higher one, not even for a moment.
    pool.setCorePoolSize(Math.min(other.workers(), pool.getMaximumPoolSize()));
    pool.setMaximumPoolSize(other.workers());
    pool.setCorePoolSize(other.workers());
  }

  /** From now on allows each request that comes to a worker so much. Any thread. */
  public void allow(RequestLimits each) {
    allowed = each;
  }

  RequestLimits allowed() {
    return allowed;
  }

  /** What became of its requests. On the dispatcher's context. */
  public SlotFigures figures() {
    return figures;
  }

  /** Requests that it holds now, those at work included. On the dispatcher's context. */
  public int held() {
    return held;
  }

  /** Requests that it has taken so far. On the dispatcher's context. */
  public long taken() {
    return taken;
  }

  /** Requests that wait for a worker. */
  public int waiting() {
    return queue.size();
  }

  boolean serves(String task) {
    return tasks.contains(task);
  }

  boolean isFull() {
    return held >= limits.capacity();
  }

  void enter() {
    held++;
    taken++;
  }

  void leave() {
    held--;
  }

  /** Takes one request's time on its worker into the estimate. On the dispatcher's context. */
  void worked(long nanos) {
    averageNanos = averageNanos + WEIGHT_OF_NEWEST * (nanos - averageNanos);
  }

  /** About how long it takes to answer so many requests. */
  Duration timeFor(int requests) {
    return Duration.ofNanos((long) (averageNanos * requests / limits.workers()));
  }

  /** About how long until a place in the queue is free. */
  Duration retryAfter() {
    Duration estimate = timeFor(1);
    if (estimate.compareTo(SHORTEST_RETRY) < 0) {
      return SHORTEST_RETRY;
    }
    return estimate.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : estimate;
  }

  /** Has a worker do something when it is its turn. */
  void execute(Runnable work, Turn turn) {
    queue.add(work, turn);
    pool.execute(this::runNext);
  }

  private void runNext() {
    queue.poll().ifPresent(Runnable::run);
  }

  /** Takes waiting work back; false if a worker has begun it. */
  boolean withdraw(Runnable work) {
    return queue.remove(work);
  }

  /** Lets the threads end after the work they have. */
  public void shutdown() {
    pool.shutdown();
  }
}
