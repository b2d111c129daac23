package dev.bantam.runtime;

import dev.bantam.runtime.dispatch.SlotLimits;
import dev.bantam.runtime.dispatch.SlotWorkers;
import dev.bantam.runtime.profile.SlotPlan;
import dev.bantam.runtime.slot.SlotState;
import dev.bantam.runtime.swap.SlotStart;
import dev.bantam.spi.RequestLimits;
import java.util.Collection;
import java.util.List;

/** A slot, which serves if it has a model. Any thread. */
final class LoadedSlot {

  private final SlotWorkers workers;
  private final List<String> requiredTasks;
  private final SlotStart start;
  private final MemoryNeeds needs = new MemoryNeeds();
  private volatile SlotSetup setup;
  private volatile boolean isSpared;

  /**
   * @param setup how its model was loaded, or is to be
   * @param requiredTasks which each of its models must have
   * @param start what its swaps go on with
   */
  LoadedSlot(
      SlotSetup setup, SlotWorkers workers, Collection<String> requiredTasks, SlotStart start) {
    this.setup = setup;
    this.workers = workers;
    this.requiredTasks = List.copyOf(requiredTasks);
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

  /** The tasks that each of its models must have. */
  List<String> requiredTasks() {
    return requiredTasks;
  }

  SlotStart start() {
    return start;
  }

  /** What its models take. */
  MemoryNeeds needs() {
    return needs;
  }

  /** Its model was loaded in another way, or it takes more or fewer requests. */
  void adopt(SlotSetup other) {
    setup = other;
    limit();
  }

  /**
   * Spares the device, or does so no more.
   *
   * @param fewer whether it answers fewer requests at the same time
   * @param each what each may have
   */
  void spare(boolean fewer, RequestLimits each) {
    isSpared = fewer;
    workers.allow(each);
    limit();
  }

  /** Takes as many requests at once as suits the model in it, and the device. */
  void limit() {
    if (workers.slot().state() instanceof SlotState.Serving serving) {
      SlotLimits usual = plan().limits(serving.version().usualWorkers());
      workers.limit(isSpared ? usual.spared() : usual);
    }
  }
}
