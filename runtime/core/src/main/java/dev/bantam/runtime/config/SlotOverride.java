package dev.bantam.runtime.config;

import dev.bantam.models.Canary;
import dev.bantam.spi.ModelReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a site wants otherwise than its device profile, for one slot. Empty means: as the profile
 * says.
 *
 * @param model the model in the slot
 * @param variants which of the model's variants to prefer, the best first
 * @param prompts folder whose files replace the plugin's resources of the same name
 * @param contextLength most tokens of prompt and answer together
 * @param threads threads that one inference may use
 * @param workers requests answered at the same time
 * @param queue requests that wait for a worker
 * @param timeout time for an answer where the request names none
 * @param minTokensPerSecond what a generating model must reach before it replaces another
 * @param canaries requests by which a model is tried before it serves in the slot
 * @param settings texts for the plugin, put over the profile's
 */
public record SlotOverride(
    Optional<ModelReference> model,
    Optional<List<String>> variants,
    Optional<Path> prompts,
    Optional<Integer> contextLength,
    Optional<Integer> threads,
    Optional<Integer> workers,
    Optional<Integer> queue,
    Optional<Duration> timeout,
    Optional<Double> minTokensPerSecond,
    List<Canary> canaries,
    Map<String, String> settings) {

  /** Nothing otherwise. */
  public static final SlotOverride NONE =
      new SlotOverride(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          Map.of());

  public SlotOverride {
    canaries = List.copyOf(canaries);
    settings = Map.copyOf(settings);
  }

  /** With this model in the slot. */
  public SlotOverride withModel(ModelReference other) {
    return new SlotOverride(
        Optional.of(other),
        variants,
        prompts,
        contextLength,
        threads,
        workers,
        queue,
        timeout,
        minTokensPerSecond,
        canaries,
        settings);
  }
}
