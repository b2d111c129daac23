package dev.bantam.runtime.slot;

import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.LoadedModel;
import dev.bantam.spi.ModelReference;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One loaded model and the number of its users: the slot that publishes it, and the leases. At zero
 * users the model is closed; a count that has reached zero never rises again.
 */
public final class ModelVersion {

  private static final Logger LOG = LoggerFactory.getLogger(ModelVersion.class);

  private final ModelReference reference;
  private final LoadedModel model;
  private volatile Executor closer;
  private final AtomicInteger users = new AtomicInteger(1);
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private final LongAdder answered = new LongAdder();
  private final LongAdder faults = new LongAdder();

  ModelVersion(ModelReference reference, LoadedModel model, Executor closer) {
    this.reference = reference;
    this.model = model;
    this.closer = closer;
  }

  /** The model's name, version and variant. */
  public ModelReference reference() {
    return reference;
  }

  /** Leases that are out right now, and one more while the slot publishes this version. */
  public int users() {
    return users.get();
  }

  /** Requests that it has answered. */
  public long answered() {
    return answered.sum();
  }

  /** Requests that failed by its fault. */
  public long faults() {
    return faults.sum();
  }

  /** Counts a request that it has answered. */
  public void countAnswer() {
    answered.increment();
  }

  /** Counts a request that failed, if that is the model's fault and not the client's. */
  public void countFailure(ErrorCode code) {
    if (code == ErrorCode.PLUGIN_FAILED
        || code == ErrorCode.MODEL_UNUSABLE
        || code == ErrorCode.OUT_OF_MEMORY) {
      faults.increment();
    }
  }

  /** How long the model asks not to be replaced; empty if it may be. */
  public Optional<Duration> deferReplacement() {
    return tryUse() ? asked() : Optional.empty();
  }

  private Optional<Duration> asked() {
    try {
      return model.deferReplacement();
    } catch (RuntimeException e) {
      LOG.warn("model {} does not say whether it may be replaced", reference, e);
      return Optional.empty();
    } finally {
      release();
    }
  }

  /**
   * Waits for the model to be closed.
   *
   * @return whether it is
   */
  public boolean awaitClosed(Duration limit) throws InterruptedException {
    try {
      closed.get(limit.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As {@link LoadedModel#usualWorkers()}. */
  public int usualWorkers() {
    return model.usualWorkers();
  }

  LoadedModel model() {
    return model;
  }

  /**
   * Has the model closed a moment after its last use: giving its memory back takes time on a core,
   * of which those who ask its successor just then are not to notice.
   */
  void closeAfter(Duration moment) {
    closer = CompletableFuture.delayedExecutor(moment.toNanos(), TimeUnit.NANOSECONDS, closer);
  }

  /** Completes, always normally, once the model is closed. */
  CompletableFuture<Void> closed() {
    return closed;
  }

  /** Counts one more user; false if the model is closed or about to be. */
  boolean tryUse() {
    int now = users.get();
    while (now > 0) {
      if (users.compareAndSet(now, now + 1)) {
        return true;
      }
      now = users.get();
    }
    return false;
  }

  /** Counts one user less; the last one closes the model. */
  void release() {
    int left = users.decrementAndGet();
    if (left < 0) {
      throw new IllegalStateException("model %s was released too often".formatted(reference));
    }
    if (left == 0) {
      closer.execute(this::closeModel);
    }
  }

  private void closeModel() {
    try {
      model.close();
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("closing model {} failed; its memory may not be given back", reference, e);
    } finally {
      closed.complete(null);
    }
  }
}
