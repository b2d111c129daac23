package dev.bantam.runtime.swap;

import dev.bantam.spi.ModelReference;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is to be said of a slot's swaps. Immutable.
 *
 * @param previous the model that a rollback goes to
 * @param progress the swap that is going on
 * @param outcome how the last one ended
 */
public record SwapReport(
    Optional<ModelReference> previous, Optional<Progress> progress, Optional<SwapOutcome> outcome) {

  /** Of a slot whose model was never replaced. */
  public static final SwapReport NONE =
      new SwapReport(Optional.empty(), Optional.empty(), Optional.empty());

  /**
   * A swap that is going on.
   *
   * @param mode overlap or exclusive, once that is decided
   */
  public record Progress(Desired desired, Optional<SwapMode> mode, SwapPhase phase) {

    /** As the fields of a JSON object. */
    public Map<String, Object> fields() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("generation", desired.generation());
      desired.deploymentId().ifPresent(id -> fields.put("deployment_id", id));
      fields.put("phase", phase.wireName());
      fields.put("wanted", desired.model().toString());
      mode.ifPresent(decided -> fields.put("mode", decided.wireName()));
      fields.putAll(phase.details());
      return fields;
    }
  }

  SwapReport withProgress(Optional<Progress> now) {
    return new SwapReport(previous, now, outcome);
  }

  /** An outcome as the fields of a JSON object. */
  public static Map<String, Object> fields(SwapOutcome outcome) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("generation", outcome.generation());
    outcome.deploymentId().ifPresent(id -> fields.put("deployment_id", id));
    fields.put("result", outcome.result().name());
    fields.put("wanted", outcome.wanted());
    outcome.code().ifPresent(code -> fields.put("code", code));
    outcome.reason().ifPresent(reason -> fields.put("reason", reason));
    outcome.mode().ifPresent(mode -> fields.put("mode", mode));
    fields.put("figures", outcome.figures());
    fields.put("at", outcome.at());
    return fields;
  }
}
