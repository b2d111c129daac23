package dev.bantam.runtime;

import dev.bantam.models.ModelException;
import dev.bantam.runtime.config.SiteConfig;
import dev.bantam.runtime.dispatch.SlotWorkers;
import dev.bantam.runtime.health.ProcessFigures;
import dev.bantam.runtime.heat.HeatPolicy;
import dev.bantam.runtime.plugin.FoundPlugin;
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
import dev.bantam.runtime.profile.SlotPlan;
import dev.bantam.runtime.slot.DrainResult;
import dev.bantam.runtime.slot.ModelSlot;
import dev.bantam.runtime.swap.SlotStart;
import dev.bantam.spi.LoadedModel;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import dev.bantam.spi.TaskException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a runtime holds besides its connections: profile, plugins, loaded slots. {@link #load}
 * blocks, for it loads models.
 */
final class RuntimeParts {

  private static final Logger LOG = LoggerFactory.getLogger(RuntimeParts.class);

  /** A closing model may have gigabytes to give back, so each gets a thread of its own. */
  private static final Executor CLOSER = work -> new Thread(work, "bantam-model-closer").start();

  private final DeviceProfile profile;
  private final Hardware hardware;
  private final PluginRegistry plugins;
  private final Optional<HeatPolicy> heatPolicy;
  private final List<LoadedSlot> slots = new ArrayList<>();
  private final Map<String, MemoryNeed> needs = new LinkedHashMap<>();
  private final long bytesWithoutModels = ProcessFigures.nativeBytes();

  private RuntimeParts(
      DeviceProfile profile,
      Hardware hardware,
      PluginRegistry plugins,
      Optional<HeatPolicy> heatPolicy) {
    this.profile = profile;
    this.hardware = hardware;
    this.plugins = plugins;
    this.heatPolicy = heatPolicy;
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
      BoardTraps.of(Path.of("/"), hardware)
          .forEach(trap -> LOG.warn("{}: {}", trap.found(), trap.advice()));
      DevicePlan plan =
          new DevicePlanner(options.models()::variants)
              .plan(profile, hardware, options.site().slots());
      RuntimeParts parts =
          new RuntimeParts(
              profile,
              hardware,
              plugins(options, plan.slots()),
              profile.heatPolicy(options.site().temperature()));
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

  /** A slot whose model cannot be loaded stays without one, unless no slot has one then. */
  private void fill(List<PlannedSlot> planned, RuntimeOptions options) throws StartException {
    Optional<StartException> failure = Optional.empty();
    try {
      for (PlannedSlot each : planned) {
        SlotSetup setup = setup(each.slot());
        SlotStart start = start(each.slot(), options);
        try {
          slots.add(slot(setup, each, options, start));
        } catch (StartException e) {
          slots.add(vacant(setup, e.reason(), start));
          failure = failure.or(() -> Optional.of(e));
        }
      }
      if (failure.isPresent()
          && slots.stream().allMatch(slot -> slot.workers().slot().isVacant())) {
        throw failure.get();
      }
    } catch (StartException | RuntimeException e) {
      close(Duration.ofSeconds(5));
      throw e;
    }
  }

  /** Before a model is loaded: what does not fit may end the process. */
  private void warnIfOverBudget() {
    MemoryNeed.overBudget(List.copyOf(needs.values()), budget())
        .ifPresent(problem -> LOG.warn("{} (device profile {})", problem, profile.name()));
  }

  private SlotSetup setup(SlotPlan plan) throws StartException {
    FoundPlugin plugin = plugins.get(plan.plugin());
    try {
      SlotLoader.requireTasks(
          plan.tasks().orElse(List.of()), plugin.tasks(), "plugin " + plugin.name());
    } catch (TaskException e) {
      throw failed(plan, String.valueOf(e.getMessage()), e);
    }
    return SlotSetup.of(plan, plugin);
  }

  private static SlotStart start(SlotPlan plan, RuntimeOptions options) {
    return SlotStart.read(options.state(), options.site().device(), plan.name(), plan.model());
  }

  private LoadedSlot slot(
      SlotSetup setup, PlannedSlot planned, RuntimeOptions options, SlotStart start)
      throws StartException {
    SlotPlan plan = setup.plan();
    List<ModelReference> candidates = start.candidates();
    for (ModelReference candidate : candidates.subList(0, candidates.size() - 1)) {
      try {
        return loaded(setup, candidate, List.of(), options, start);
      } catch (StartException e) {
        LOG.warn("{}; trying the model before", e.getMessage());
      }
    }
    String reason = options.withoutSlots().get(plan.name());
    if (reason != null) {
      return vacant(setup, reason, start);
    }
    planned.chosen().ifPresent(option -> LOG.info("slot {}: {}", plan.name(), planned.reason()));
    ModelReference configured = candidates.get(candidates.size() - 1);
    return loaded(setup, configured, planned.order(), options, start);
  }

  private LoadedSlot loaded(
      SlotSetup setup,
      ModelReference model,
      List<String> variants,
      RuntimeOptions options,
      SlotStart start)
      throws StartException {
    SlotWorkers workers = workers(setup, model, variants, options.models());
    return new LoadedSlot(setup, workers, workers.tasks(), start);
  }

  private static LoadedSlot vacant(SlotSetup setup, String reason, SlotStart start) {
    SlotPlan plan = setup.plan();
    LOG.warn("slot {} has no model until somebody gives it one: {}", plan.name(), reason);
    ModelSlot slot = ModelSlot.vacant(plan.name(), plan.model(), reason, CLOSER);
    return new LoadedSlot(
        setup,
        new SlotWorkers(slot, SlotLoader.tasks(setup), plan.limits(1)),
        plan.tasks().orElse(List.of()),
        start);
  }

  private SlotWorkers workers(
      SlotSetup setup, ModelReference wanted, List<String> variants, ModelSource models)
      throws StartException {
    SlotPlan plan = setup.plan();
    try {
      ModelFiles files = models.resolve(wanted, variants);
      needs.put(plan.name(), MemoryNeed.of(plan, files));
      warnIfOverBudget();
      LoadedModel model = checked(setup, files, models);
      ModelSlot slot = new ModelSlot(plan.name(), files.reference(), model, CLOSER);
      return new SlotWorkers(
          slot, SlotLoader.tasks(setup, model), plan.limits(model.usualWorkers()));
    } catch (ModelException | TaskException e) {
      throw failed(plan, String.valueOf(e.getMessage()), e);
    } catch (OutOfMemoryError e) {
      throw failed(plan, "there is not enough memory for the model; take a smaller one", e);
    } catch (LinkageError | RuntimeException e) {
      throw failed(plan, "plugin %s failed to load the model: %s".formatted(plan.plugin(), e), e);
    }
  }

  /** A damaged file is the better reason where the model cannot be loaded either. */
  private static LoadedModel checked(SlotSetup setup, ModelFiles files, ModelSource models)
      throws ModelException, TaskException {
    FileCheck check = FileCheck.begin(models, files.reference());
    LoadedModel model;
    try {
      model = SlotLoader.load(setup, files, setup.plan().tasks().orElse(List.of()));
    } catch (TaskException | RuntimeException e) {
      check.await();
      throw e;
    }
    try {
      check.await();
      return model;
    } catch (ModelException | RuntimeException e) {
      model.close();
      throw e;
    }
  }

  private static StartException failed(SlotPlan plan, String why, @Nullable Throwable cause) {
    return new StartException(
        "slot %s (plugin %s, model %s): %s"
            .formatted(plan.name(), plan.plugin(), plan.model(), why),
        why,
        cause);
  }

  DeviceProfile profile() {
    return profile;
  }

  Hardware hardware() {
    return hardware;
  }

  /** What all models may take, in bytes. */
  long budget() {
    return profile.memoryBudget().bytesOf(hardware.usableMemoryBytes());
  }

  /** What the process took before the first model was loaded, in bytes. */
  long bytesWithoutModels() {
    return bytesWithoutModels;
  }

  /** From when on the device spares itself; empty for one that is not watched. */
  Optional<HeatPolicy> heatPolicy() {
    return heatPolicy;
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
