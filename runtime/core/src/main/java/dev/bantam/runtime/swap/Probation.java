package dev.bantam.runtime.swap;

import dev.bantam.runtime.slot.ModelVersion;
import dev.bantam.runtime.slot.SlotState;
import dev.bantam.runtime.swap.SwapPolicy.Verdict;
import dev.bantam.runtime.swap.Withdrawal.Withdrawn;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Watches a model that serves, until it counts as good or shows that it is not. Blocking.
 *
 * @param memoryBefore what models took with the old one, in bytes, as measured
 */
record Probation(SlotHost host, SwapSettings settings, long memoryBefore, Withdrawal withdrawal) {

  private static final Duration LOOK = Duration.ofMillis(250);
  private static final Duration UNTIL_STOPPED = Duration.ofMinutes(1);

  /**
   * @param phases told that it begins, unless there is none
   * @return what is wrong with the model; empty if nothing is
   */
  Optional<SwapFailure> watch(Consumer<SwapPhase> phases) throws Withdrawn, InterruptedException {
    Duration probation = settings.probation();
    if (probation.isZero()) {
      return Optional.empty();
    }
    long end = System.nanoTime() + probation.toNanos();
    phases.accept(new SwapPhase.Probation(host.clock().instant().plus(probation)));
    while (host.slot().state() instanceof SlotState.Serving serving) {
      Duration left = Duration.ofNanos(end - System.nanoTime());
      Verdict verdict = verdict(serving.version(), left);
      if (verdict != Verdict.WATCH) {
        return failure(verdict);
      }
      withdrawal.sleep(left.compareTo(LOOK) < 0 ? left : LOOK);
    }
    withdrawal.sleep(UNTIL_STOPPED); // The runtime drains; it will say that it stops.
    return Optional.empty();
  }

  private Verdict verdict(ModelVersion version, Duration left) {
    return SwapPolicy.probation(
        new SwapPolicy.Watch(
            left,
            version.answered(),
            version.faults(),
            host.measuredMemory(),
            memoryBefore,
            host.budget()),
        settings.maxErrorRate());
  }

  private static Optional<SwapFailure> failure(Verdict verdict) {
    return switch (verdict) {
      case TOO_MANY_ERRORS ->
          Optional.of(
              new SwapFailure(
                  "too_many_errors", "too many requests failed by the new model's fault"));
      case TOO_MUCH_MEMORY ->
          Optional.of(
              new SwapFailure(
                  "over_budget", "the process outgrew its memory budget with the new model"));
      case WATCH, COMMIT -> Optional.empty();
    };
  }
}
