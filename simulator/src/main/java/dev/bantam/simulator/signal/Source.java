package dev.bantam.simulator.signal;

/** A started signal. Confined to one thread. */
@FunctionalInterface
public interface Source {

  /** Stands for a value that is missing. */
  double MISSING = Double.NaN;

  /**
   * The value at a time, or {@link #MISSING}.
   *
   * @param nanos since the scenario's start; never less than at the call before
   */
  double at(long nanos);

  /** Whether a value is missing. */
  static boolean isMissing(double value) {
    return Double.isNaN(value);
  }
}
