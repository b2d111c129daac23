package dev.bantam.runtime.swap;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a wish says about how its swap is done.
 *
 * @param mode overlap, exclusive, or as the memory allows
 * @param drainTimeout how long requests to the old model may go on
 * @param probation how long the new model is watched before it counts as good; zero for not at all
 * @param notBefore the swap begins then at the earliest
 * @param quietHours hours in which it does not begin
 * @param minTokensPerSecond what a generating model must reach in its probe, over the slot's word
 * @param maxErrorRate share of requests that may fail by the model's fault in probation, 0 to 1
 * @param allowDowngrade whether an older release than the present one may follow it
 */
public record SwapSettings(
    SwapMode mode,
    Duration drainTimeout,
    Duration probation,
    Optional<Instant> notBefore,
    Optional<QuietHours> quietHours,
    Optional<Double> minTokensPerSecond,
    double maxErrorRate,
    boolean allowDowngrade) {

  /** Where a wish says nothing. */
  public static final SwapSettings DEFAULTS =
      new SwapSettings(
          SwapMode.AUTO,
          Duration.ofSeconds(60),
          Duration.ofSeconds(60),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          0.1,
          false);

  SwapSettings withMode(SwapMode other) {
    return new SwapSettings(
        other,
        drainTimeout,
        probation,
        notBefore,
        quietHours,
        minTokensPerSecond,
        maxErrorRate,
        allowDowngrade);
  }
}
