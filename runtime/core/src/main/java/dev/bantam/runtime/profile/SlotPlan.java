package dev.bantam.runtime.profile;

import dev.bantam.models.Canary;
import dev.bantam.runtime.dispatch.SlotLimits;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.ModelReference;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a slot of this device shall hold: the profile's word, the site's over it, and the machine's
 * limits over both.
 *
 * @param name the slot's name
 * @param plugin name of the plugin that runs the model
 * @param model the model as it was asked for
 * @param variants which variants to prefer, the best first; none where the model names one
 * @param tasks the tasks it serves; empty for those that its model is made for
 * @param workers requests answered at the same time; empty for what is best for its model
 * @param queue requests that wait for a worker
 * @param timeout time for an answer where the request names none
 * @param minTokensPerSecond what a generating model must reach before it replaces another
 * @param canaries the site's, by which a model is tried before it serves
 * @param isTunable whether a measurement on the machine may choose the threads: not where the site
 *     names them
 * @param context what the plugin is given to load the model
 */
public record SlotPlan(
    String name,
    String plugin,
    ModelReference model,
    List<String> variants,
    Optional<List<String>> tasks,
    Optional<Integer> workers,
    int queue,
    Duration timeout,
    Optional<Double> minTokensPerSecond,
    List<Canary> canaries,
    boolean isTunable,
    LoadContext context) {

  public SlotPlan {
    canaries = List.copyOf(canaries);
  }

  /** With the limits on requests of another plan, for a slot has them as long as it serves. */
  public SlotPlan withLimitsOf(SlotPlan other) {
    return new SlotPlan(
        name,
        plugin,
        model,
        variants,
        tasks,
        other.workers,
        other.queue,
        other.timeout,
        minTokensPerSecond,
        canaries,
        isTunable,
        context);
  }

  /**
   * How much the slot takes at once.
   *
   * @param usualWorkers of the model in it
   */
  public SlotLimits limits(int usualWorkers) {
    return new SlotLimits(workers.orElse(usualWorkers), queue, timeout);
  }
}
