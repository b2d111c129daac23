package dev.bantam.runtime.slot;

import dev.bantam.spi.LoadedModel;
import dev.bantam.spi.ModelReference;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
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
  private final Executor closer;
  private final AtomicInteger users = new AtomicInteger(1);
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

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

  LoadedModel model() {
    return model;
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
