package dev.bantam.runtime.slot;

/** How waiting for a version's users ended. */
public sealed interface DrainResult {

  /** All leases were released, and the model is closed. */
  record Drained() implements DrainResult {}

  /**
   * Time was up first. The model is closed when its last lease is released, however late.
   *
   * @param leases leases still out
   */
  record TimedOut(int leases) implements DrainResult {}
}
