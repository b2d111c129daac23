package dev.bantam.runtime.swap;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;

/**
 * How a swap ended.
 *
 * @param generation of the wish
 * @param deploymentId the controller's name for it
 * @param wanted the model, as far as its version and variant were known
 * @param result in Greengrass's words
 * @param code why it did not succeed, in snake_case
 * @param reason the same for people
 * @param mode overlap or exclusive, once that was decided
 * @param figures what was measured, in milliseconds, bytes and tokens a second
 * @param at when it ended, by the wall clock, ISO 8601
 */
public record SwapOutcome(
    long generation,
    Optional<String> deploymentId,
    String wanted,
    Result result,
    Optional<String> code,
    Optional<String> reason,
    Optional<String> mode,
    Map<String, Object> figures,
    String at) {

  /** What became of the slot. */
  public enum Result {
    /** The new model serves. */
    SUCCESSFUL,
    /** It failed, and the old model has served all the time. */
    FAILED_NO_STATE_CHANGE,
    /** It failed after the old model was given up, which serves again. */
    FAILED_ROLLBACK_COMPLETE,
    /** It failed, and the old model could not be loaded again. */
    FAILED_UNABLE_TO_ROLLBACK,
    /** It was not tried. */
    REJECTED,
    /** A newer wish came. */
    SUPERSEDED
  }

  public SwapOutcome {
    figures = Map.copyOf(figures);
  }

  /** Of a wish of which nothing else is known. */
  static SwapOutcome notBegun(Desired wish, Result result, String code, String reason) {
    return new SwapOutcome(
        wish.generation(),
        wish.deploymentId(),
        wish.model().toString(),
        result,
        Optional.of(code),
        Optional.of(reason),
        Optional.empty(),
        Map.of(),
        Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
  }

  /** How long the model took to load and to be probed, where both were measured. */
  Optional<Duration> loadTime() {
    return figures.get("load_ms") instanceof Number load
            && figures.get("probe_ms") instanceof Number probe
        ? Optional.of(Duration.ofMillis(load.longValue() + probe.longValue()))
        : Optional.empty();
  }
}
