package dev.bantam.runtime;

import dev.bantam.runtime.config.SiteConfig;
import dev.bantam.runtime.plugin.FoundPlugin;
import dev.bantam.runtime.plugin.PluginException;
import dev.bantam.runtime.profile.ProfileException;
import dev.bantam.runtime.profile.SlotPlan;
import dev.bantam.runtime.profile.SlotPlanner;
import dev.bantam.runtime.swap.Reload;
import dev.bantam.runtime.swap.SwapOutcome;
import dev.bantam.runtime.swap.Swaps;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/**
 * Loads the models of slots anew where a configuration wants them otherwise. Blocking; one call at
 * a time.
 */
final class SlotReload {

  private final RuntimeOptions options;
  private final RuntimeParts parts;
  private final Swaps swaps;
  private final Function<LoadedSlot, LoadedSlotHost> hosts;

  /**
   * @param hosts of the runtime's slots, as they are loaded now
   */
  SlotReload(
      RuntimeOptions options,
      RuntimeParts parts,
      Swaps swaps,
      Function<LoadedSlot, LoadedSlotHost> hosts) {
    this.options = options;
    this.parts = parts;
    this.swaps = swaps;
    this.hosts = hosts;
  }

  /**
   * What a configuration changes.
   *
   * @param slots by name, how their models are to be loaded
   * @param limits by name, those of slots that shall take more or fewer requests
   * @param plugins that were loaded anew, for their jars have changed
   */
  record Changes(
      Map<String, SlotSetup> slots,
      Map<String, SlotPlan> limits,
      List<FoundPlugin> plugins,
      List<String> needsRestart) {}

  /**
   * Works out what is to be done; changes nothing.
   *
   * @throws ProfileException if the configuration does not go with the device's profile
   * @throws PluginException if a plugin's jars have changed and cannot be loaded
   */
  Changes plan(SiteConfig next) throws ProfileException, PluginException {
    List<String> needsRestart = SiteChanges.needingRestart(options.site(), next);
    List<SlotPlan> plans = new SlotPlanner(parts.profile(), parts.hardware()).plan(next.slots());
    List<FoundPlugin> fresh = parts.plugins().changed();
    Map<String, SlotSetup> changed = new LinkedHashMap<>();
    Map<String, SlotPlan> limits = new LinkedHashMap<>();
    for (SlotPlan plan : plans) {
      for (LoadedSlot slot : parts.slots()) {
        if (slot.plan().name().equals(plan.name())) {
          if (!SiteChanges.ofLimits(slot.plan(), plan).isEmpty()) {
            limits.put(plan.name(), plan);
          }
          SlotSetup setup = SlotSetup.of(plan, plugin(slot, fresh));
          if (slot.workers().slot().isVacant() || !setup.equals(slot.setup().withLimitsOf(plan))) {
            changed.put(plan.name(), setup);
          }
        }
      }
    }
    return new Changes(changed, limits, fresh, needsRestart);
  }

  private static FoundPlugin plugin(LoadedSlot slot, List<FoundPlugin> fresh) {
    return fresh.stream()
        .filter(plugin -> plugin.name().equals(slot.plan().plugin()))
        .findFirst()
        .orElseGet(slot.setup()::plugin);
  }

  /**
   * What has become of changes.
   *
   * @param applied keys of the configuration
   * @param failed keys of slots whose models go on as they were loaded, and why
   */
  record Done(List<String> applied, Map<String, String> failed) {}

  /** Loads models as they are wanted now, those of all slots at once as far as memory allows. */
  Done load(Changes changes) {
    List<String> applied = new ArrayList<>();
    Map<String, CompletableFuture<SwapOutcome>> begun = new LinkedHashMap<>();
    for (LoadedSlot slot : parts.slots()) {
      SlotPlan limits = changes.limits().get(slot.plan().name());
      if (limits != null) {
        applied.addAll(SiteChanges.ofLimits(slot.plan(), limits));
        slot.adopt(slot.setup().withLimitsOf(limits));
      }
      SlotSetup setup = changes.slots().get(slot.plan().name());
      if (setup != null) {
        begun.put(slot.plan().name(), begin(slot, setup));
      }
    }
    Map<String, String> failed = new LinkedHashMap<>();
    begun.forEach(
        (slot, outcome) ->
            failure(outcome)
                .ifPresentOrElse(
                    reason -> failed.put("slots." + slot, reason),
                    () -> applied.add("slots." + slot)));
    applied.addAll(usePlugins(changes.plugins()));
    return new Done(applied, failed);
  }

  /** A plugin that no slot could load its model by is given up, and tried again the next time. */
  private List<String> usePlugins(List<FoundPlugin> fresh) {
    List<FoundPlugin> used = parts.slots().stream().map(slot -> slot.setup().plugin()).toList();
    List<String> names = new ArrayList<>();
    for (FoundPlugin plugin : fresh) {
      if (used.contains(plugin)) {
        parts.plugins().use(plugin);
        names.add("plugins." + plugin.name());
      } else {
        parts.plugins().discard(plugin);
      }
    }
    parts.plugins().closeReplaced(used);
    return names;
  }

  private CompletableFuture<SwapOutcome> begin(LoadedSlot slot, SlotSetup setup) {
    SlotPlan plan = setup.plan();
    return swaps.reload(
        plan.name(),
        Reload.configured(
            hosts.apply(slot).with(setup),
            plan.model().equals(slot.plan().model()) ? Optional.empty() : Optional.of(plan.model()),
            plan.model()));
  }

  /** Why a slot could not change; empty if it has. */
  private static Optional<String> failure(CompletableFuture<SwapOutcome> begun) {
    try {
      SwapOutcome outcome = begun.join();
      return outcome.result() == SwapOutcome.Result.SUCCESSFUL
          ? Optional.empty()
          : outcome.reason().or(() -> Optional.of(outcome.result().name()));
    } catch (CancellationException | CompletionException e) {
      return Optional.of("it was given up");
    }
  }
}
