package dev.bantam.runtime.slot;

import dev.bantam.spi.ModelReference;

/** What a slot does. Each state offers only the steps that are legal from it. */
public sealed interface SlotState {

  /** The word for this state in status documents. */
  String wireName();

  /** The model that serves, or served last. */
  ModelReference reference();

  /** Gives leases on {@code version}. */
  record Serving(ModelVersion version) implements SlotState {

    @Override
    public String wireName() {
      return "serving";
    }

    @Override
    public ModelReference reference() {
      return version.reference();
    }

    Serving toServing(ModelVersion next) {
      return new Serving(next);
    }

    Draining toDraining() {
      return new Draining(version);
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
