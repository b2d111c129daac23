package dev.bantam.runtime.slot;

import dev.bantam.spi.ModelReference;

/** What a slot does. Each state offers only the steps that are legal from it. */
public sealed interface SlotState {

  /** The word for this state in status documents. */
  String wireName();

  /** The model that serves, served last, or is wanted where none has served. */
  ModelReference reference();

  /** A state in which a model can be published. */
  sealed interface Open extends SlotState {

    /** Gives leases on {@code next}. */
    default Serving toServing(ModelVersion next) {
      return new Serving(next);
    }
  }

  /** Gives leases on {@code version}. */
  record Serving(ModelVersion version) implements Open {

    @Override
    public String wireName() {
      return "serving";
    }

    @Override
    public ModelReference reference() {
      return version.reference();
    }

    Switching toSwitching(long readyNanos) {
      return new Switching(version, readyNanos);
    }

    Draining toDraining() {
      return new Draining(version);
    }
  }

  /**
   * Has no model for a while: the old one goes before the new one is loaded, for there is no room
   * for both.
   *
   * @param version the model that served last
   * @param readyNanos about when there is a model again, on the scale of {@link System#nanoTime()}
   */
  record Switching(ModelVersion version, long readyNanos) implements Open {

    @Override
    public String wireName() {
      return "switching";
    }

    @Override
    public ModelReference reference() {
      return version.reference();
    }

    Vacant toVacant(String reason) {
      return new Vacant(version.reference(), reason);
    }

    Draining toDraining() {
      return new Draining(version);
    }
  }

  /** Has no model until another one is published: neither the new one nor the old one loads. */
  record Vacant(ModelReference reference, String reason) implements Open {

    @Override
    public String wireName() {
      return "no_model";
    }

    Stopped toStopped() {
      return new Stopped(reference);
    }
  }

  /** Gives no more leases; waits for those that are out on {@code version}. */
  record Draining(ModelVersion version) implements SlotState {

    @Override
    public String wireName() {
      return "draining";
    }

    @Override
    public ModelReference reference() {
      return version.reference();
    }

    Stopped toStopped() {
      return new Stopped(version.reference());
    }
  }

  /** The model is closed; final. */
  record Stopped(ModelReference reference) implements SlotState {

    @Override
    public String wireName() {
      return "stopped";
    }
  }
}
