package dev.bantam.runtime.dispatch;

import dev.bantam.documents.Quantities;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.RequestMemory;
import dev.bantam.spi.TaskException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The memory budget of all models, and who has what of it: models at rest by their slots, and the
 * requests under way. A request that does not fit beside the others waits for its turn, behind
 * those that waited before it, so that a large one does not wait for ever. Any thread.
 */
public final class MemoryLedger {

  /** How soon a request that waits notices that it is to end early. */
  private static final long LOOK_MS = 50;

  private final long budget;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<String, Long> resting = new HashMap<>();
  private final Deque<Reservation> waiting = new ArrayDeque<>();
  private long reserved;
  private long mostReserved;
  private long waited;
  private long refused;

  /**
   * @param budget of models and requests together, in bytes
   */
  public MemoryLedger(long budget) {
    this.budget = budget;
  }

  /** One that has what anybody asks for. */
  public static MemoryLedger unbounded() {
    return new MemoryLedger(Long.MAX_VALUE);
  }

  /** For models and requests together, in bytes. */
  public long budget() {
    return budget;
  }

  /**
   * A slot's model takes so much while nobody asks it.
   *
   * @param bytes 0 for a slot without a model
   */
  public void rests(String slot, long bytes) {
    lock.lock();
    try {
      resting.put(slot, bytes);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** What a request reserves from; closing it gives that back. */
  Reservation open(Cancellation cancellation) {
    return new Reservation(cancellation);
  }

  /** {@code {"budget_bytes","models_bytes","reserved_bytes",...}}: now, and since the start. */
  public Map<String, Object> figures() {
    lock.lock();
    try {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("budget_bytes", budget);
      fields.put("models_bytes", modelsBytes());
      fields.put("reserved_bytes", reserved);
      fields.put("most_reserved_bytes", mostReserved);
      fields.put("waiting", waiting.size());
      fields.put("waited", waited);
      fields.put("refused", refused);
      return fields;
    } finally {
      lock.unlock();
    }
  }

  private long modelsBytes() {
    return resting.values().stream().mapToLong(Long::longValue).sum();
  }

  /** For requests, whoever has it now. */
  private long room() {
    return Math.max(0, budget - modelsBytes());
  }

  private void take(Reservation asking, long bytes) throws TaskException {
    lock.lock();
    try {
      requireRoom(bytes);
      if (!waiting.isEmpty() || bytes > room() - reserved) {
        await(asking, bytes);
      }
      reserved += bytes;
      mostReserved = Math.max(mostReserved, reserved);
    } finally {
      lock.unlock();
    }
  }

  private void await(Reservation asking, long bytes) throws TaskException {
    waited++;
    waiting.add(asking);
    try {
      while (waiting.peek() != asking || bytes > room() - reserved) {
        asking.cancellation.throwIfCancelled();
        changed.await(LOOK_MS, TimeUnit.MILLISECONDS);
        requireRoom(bytes);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TaskException(ErrorCode.DRAINING, "the device is stopping; ask again later", e);
    } finally {
      waiting.remove(asking);
      changed.signalAll();
    }
  }

  private void requireRoom(long bytes) throws TaskException {
    if (bytes > room()) {
      refused++;
      throw new TaskException(
          ErrorCode.MEMORY_EXCEEDED,
          "prompt and answer together need %s, and this device has %s for requests, beside models of %s in a memory budget of %s; lower max_tokens, shorten the prompt, or raise memory_budget on the device"
              .formatted(
                  Quantities.show(bytes),
                  Quantities.show(room()),
                  Quantities.show(modelsBytes()),
                  Quantities.show(budget)));
    }
  }

  private void giveBack(long bytes) {
    lock.lock();
    try {
      reserved -= bytes;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** What one request has. For one thread at a time. */
  final class Reservation implements RequestMemory, AutoCloseable {

    private final Cancellation cancellation;
    private long bytes;

    private Reservation(Cancellation cancellation) {
      this.cancellation = cancellation;
    }

    @Override
    public void reserve(long wanted) throws TaskException {
      if (bytes > 0) {
        throw new IllegalStateException("a request reserves memory once");
      }
      take(this, wanted);
      bytes = wanted;
    }

    /** Closing again does nothing. */
    @Override
    public void close() {
      giveBack(bytes);
      bytes = 0;
    }
  }
}
