package dev.bantam.runtime.profile;

import dev.bantam.spi.ModelReference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One slot of a profile.
 *
 * @param name by which payloads and the site configuration refer to it
 * @param plugin name of the plugin that runs its model
 * @param model the model in it
 * @param variants which of the model's variants to prefer, the best first; empty for any
 * @param tasks the tasks it serves; empty for those that its model is made for
 * @param contextLength most tokens of prompt and answer together; empty for the profile's
 * @param workers requests answered at the same time; empty for what is best for its model
 * @param queue requests that wait for a worker
 * @param timeout time for an answer where the request names none
 * @param minTokensPerSecond what a generating model must reach before it replaces another
 * @param settings texts for the plugin, uninterpreted
 * @param place where it is written, as {@code file:line: path}
 */
public record SlotProfile(
    String name,
    String plugin,
    ModelReference model,
    List<String> variants,
    Optional<List<String>> tasks,
    Optional<Integer> contextLength,
    Optional<Integer> workers,
    int queue,
    Duration timeout,
    Optional<Double> minTokensPerSecond,
    Map<String, String> settings,
    String place) {

  public static final int DEFAULT_QUEUE = 8;
  public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(10);

  public SlotProfile {
    variants = List.copyOf(variants);
    tasks = tasks.map(List::copyOf);
    settings = Map.copyOf(settings);
  }
}
