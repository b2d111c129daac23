package dev.bantam.runtime;

import dev.bantam.runtime.config.SiteConfig;
import dev.bantam.runtime.dispatch.MemoryLedger;
import dev.bantam.runtime.dispatch.SlotWorkers;
import dev.bantam.runtime.governor.GovernorPlan;
import dev.bantam.runtime.health.ProcessFigures;
import dev.bantam.runtime.plugin.PluginException;
import dev.bantam.runtime.plugin.PluginPlace;
import dev.bantam.runtime.plugin.PluginRegistry;
import dev.bantam.runtime.profile.BoardTraps;
import dev.bantam.runtime.profile.DevicePlan;
import dev.bantam.runtime.profile.DevicePlanner;
import dev.bantam.runtime.profile.DeviceProfile;
import dev.bantam.runtime.profile.DeviceProfiles;
import dev.bantam.runtime.profile.Hardware;
import dev.bantam.runtime.profile.HardwareProbe;
import dev.bantam.runtime.profile.MemoryNeed;
import dev.bantam.runtime.profile.PlannedSlot;
import dev.bantam.runtime.profile.ProfileException;
import dev.bantam.runtime.slot.DrainResult;
import dev.bantam.runtime.swap.OwnThread;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a runtime holds besides its connections: profile, plugins, loaded slots. {@link #load}
 * blocks, for it loads models.
 */
final class RuntimeParts {

  private static final Logger LOG = LoggerFactory.getLogger(RuntimeParts.class);

  private final DeviceProfile profile;
  private final Hardware hardware;
  private final PluginRegistry plugins;
  private final GovernorPlan governing;
  private final List<LoadedSlot> slots = new ArrayList<>();
  private final Map<String, MemoryNeed> needs = new LinkedHashMap<>();
  private final MemoryLedger memory;
  private final long bytesWithoutModels = ProcessFigures.nativeBytes();

  private RuntimeParts(
      DeviceProfile profile,
      Hardware hardware,
      PluginRegistry plugins,
      GovernorPlan governing,
      MemoryLedger memory) {
    this.profile = profile;
    this.hardware = hardware;
    this.plugins = plugins;
    this.governing = governing;
    this.memory = memory;
  }

  /** Blocking. Leaves nothing loaded if it fails. */
  static RuntimeParts load(RuntimeOptions options) throws StartException {
    Hardware hardware = HardwareProbe.thisMachine();
    try {
      DeviceProfile profile =
          DeviceProfiles.load()
              .resolve(options.profile().or(() -> options.site().profile()), hardware)
              .withBudget(options.site().memoryBudget());
      LOG.info("device profile {}: {}", profile.name(), profile.title());
      BoardTraps.of(Path.of("/"), hardware, Optional.of(profile))
          .forEach(trap -> LOG.warn("{}: {}", trap.found(), trap.advice()));
      DevicePlan plan =
          new DevicePlanner(options.models()::variants)
              .plan(profile, hardware, options.site().slots());
      RuntimeParts parts =
          new RuntimeParts(
              profile,
              hardware,
              plugins(options, plan.slots()),
              profile.governing(options.site().temperature(), options.site().governor()),
              new MemoryLedger(plan.room()));
      parts.fill(plan.slots(), options);
      return parts;
    } catch (ProfileException | PluginException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
  }

  private static PluginRegistry plugins(RuntimeOptions options, List<PlannedSlot> planned)
      throws PluginException {
    Set<String> wanted =
        planned.stream().map(each -> each.slot().plugin()).collect(Collectors.toSet());
    SiteConfig site = options.site();
    List<PluginPlace> places =
        Stream.concat(
                site.pluginFolders().stream()
                    .map(folder -> new PluginPlace(folder, site.pluginSigners())),
                options.pluginFolders().stream().map(PluginPlace::of))
            .toList();
    return PluginRegistry.loadFrom(wanted, places, RuntimeParts.class.getClassLoader());
  }

  /**
   * Loads the models of all slots at once. A slot whose model cannot be loaded stays without one;
   * where no slot has one then, the start fails, unless it is to wait for models.
   */
  private void fill(List<PlannedSlot> planned, RuntimeOptions options) throws StartException {
    Optional<StartException> failure = Optional.empty();
    try {
      Map<SlotOpener, OwnThread<LoadedSlot, StartException>> opening = new LinkedHashMap<>();
      for (SlotOpener opener : openers(planned, options)) {
        opening.put(
            opener,
            OwnThread.begin("bantam-open-" + opener.slot(), StartException.class, opener::open));
      }
      for (Map.Entry<SlotOpener, OwnThread<LoadedSlot, StartException>> each : opening.entrySet()) {
        try {
          slots.add(each.getValue().await());
        } catch (StartException e) {
          discount(each.getKey().slot());
          slots.add(each.getKey().vacant(e.reason()));
          failure = failure.or(() -> Optional.of(e));
        }
      }
      if (failure.isPresent()
          && !options.waitsForModels()
          && slots.stream().allMatch(slot -> slot.workers().slot().isVacant())) {
        throw failure.get();
      }
    } catch (StartException | RuntimeException e) {
      close(Duration.ofSeconds(5));
      throw e;
    }
  }

  private List<SlotOpener> openers(List<PlannedSlot> planned, RuntimeOptions options)
      throws StartException {
    List<SlotOpener> openers = new ArrayList<>();
    for (PlannedSlot each : planned) {
      openers.add(new SlotOpener(each, plugins.get(each.slot().plugin()), options, this::count));
    }
    return openers;
  }

  /** Before a model is loaded: what does not fit may end the process. */
  private synchronized void count(MemoryNeed need) {
    needs.put(need.slot(), need);
    memory.rests(need.slot(), need.resting());
    MemoryNeed.overBudget(List.copyOf(needs.values()), budget())
        .ifPresent(problem -> LOG.warn("{} (device profile {})", problem, profile.name()));
  }

  /** What could not be loaded takes nothing. */
  private synchronized void discount(String slot) {
    needs.remove(slot);
    memory.rests(slot, 0);
  }

  DeviceProfile profile() {
    return profile;
  }

  Hardware hardware() {
    return hardware;
  }

  /**
   * What all models may take, in bytes: the profile's budget, or less where the machine is small.
   */
  long budget() {
    return memory.budget();
  }

  /** By what the device spares itself, as it was at the start. */
  GovernorPlan governing() {
    return governing;
  }

  /** What models and requests have of the budget. */
  MemoryLedger memory() {
    return memory;
  }

  /** What the models take now, in bytes, as measured. Blocking. */
  long modelBytes() {
    return Math.max(0, ProcessFigures.nativeBytes() - bytesWithoutModels);
  }

  PluginRegistry plugins() {
    return plugins;
  }

  List<LoadedSlot> slots() {
    return List.copyOf(slots);
  }

  /** Closes models and plugins. Blocking, up to {@code limit}; safe to call again. */
  void close(Duration limit) {
    List<CompletableFuture<DrainResult>> drains =
        slots.stream().map(slot -> slot.workers().slot().drain(limit)).toList();
    boolean drained = true;
    for (int i = 0; i < drains.size(); i++) {
      SlotWorkers workers = slots.get(i).workers();
      if (drains.get(i).join() instanceof DrainResult.TimedOut late) {
        drained = false;
        LOG.warn("slot {} still has {} requests that do not end", workers.name(), late.leases());
      }
      workers.shutdown();
    }
    if (drained) {
      plugins.close();
    }
  }
}
