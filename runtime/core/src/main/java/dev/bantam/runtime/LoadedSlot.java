package dev.bantam.runtime;

import dev.bantam.runtime.dispatch.SlotWorkers;
import dev.bantam.runtime.profile.SlotPlan;
import dev.bantam.runtime.swap.SlotStart;

/** A slot that can serve. Any thread. */
final class LoadedSlot {

  private final SlotWorkers workers;
  private final SlotStart start;
  private volatile SlotSetup setup;

  /**
   * @param setup how its model was loaded
   * @param start what its swaps go on with
   */
  LoadedSlot(SlotSetup setup, SlotWorkers workers, SlotStart start) {
    this.setup = setup;
    this.workers = workers;
    this.start = start;
  }

  /** How its model was loaded. */
  SlotSetup setup() {
    return setup;
  }

  SlotPlan plan() {
    return setup.plan();
  }

  SlotWorkers workers() {
    return workers;
  }

  SlotStart start() {
    return start;
  }

  /** Its model was loaded in another way. */
  void adopt(SlotSetup other) {
    setup = other;
  }
}
