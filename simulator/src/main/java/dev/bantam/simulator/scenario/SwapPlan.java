package dev.bantam.simulator.scenario;

import java.time.Duration;
import java.util.List;

/**
 * The swaps of a scenario, and the time before them.
 *
 * @param warmUp at the start, which is not measured
 * @param quiet after it, with the same load and without swaps
 * @param swaps that begin then
 */
public record SwapPlan(Duration warmUp, Duration quiet, List<SwapSpec> swaps) {

  /** No swaps. */
  public static final SwapPlan NONE = new SwapPlan(Duration.ZERO, Duration.ZERO, List.of());

  public SwapPlan {
    swaps = List.copyOf(swaps);
  }

  /** When swaps begin, counted from the scenario's start. */
  public Duration begin() {
    return warmUp.plus(quiet);
  }

  /** The same for as long as {@code --short} plays it. */
  SwapPlan shortened() {
    return new SwapPlan(warmUp, quiet, swaps.stream().map(SwapSpec::shortened).toList());
  }
}
