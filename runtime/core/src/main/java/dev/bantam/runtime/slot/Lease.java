package dev.bantam.runtime.slot;

import dev.bantam.spi.LoadedModel;
import dev.bantam.spi.ModelReference;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A counted right to use one model version. The model stays loaded until {@link #close}, whatever
 * happens to the slot. Closing twice is the same as closing once.
 */
public final class Lease implements AutoCloseable {

  private final String slot;
  private final ModelVersion version;
  private final AtomicBoolean released = new AtomicBoolean();

  Lease(String slot, ModelVersion version) {
    this.slot = slot;
    this.version = version;
  }

  /** The name of the slot that gave this lease. */
  public String slot() {
    return slot;
  }

  /** The leased model's name, version and variant; also after {@link #close}. */
  public ModelReference reference() {
    return version.reference();
  }

  /** What is leased; also after {@link #close}. */
  public ModelVersion version() {
    return version;
  }

  /**
   * The model.
   *
   * @throws IllegalStateException if the lease is released
   */
  public LoadedModel model() {
    if (released.get()) {
      throw new IllegalStateException(
          "the lease on %s is released; take a new one from the slot".formatted(reference()));
    }
    return version.model();
  }

  @Override
  public void close() {
    if (released.compareAndSet(false, true)) {
      version.release();
    }
  }
}
