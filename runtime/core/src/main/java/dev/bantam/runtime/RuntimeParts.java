package dev.bantam.runtime;

import dev.bantam.models.ModelException;
import dev.bantam.models.VariantChoice;
import dev.bantam.runtime.config.SiteConfig;
import dev.bantam.runtime.dispatch.SlotWorkers;
import dev.bantam.runtime.heat.HeatPolicy;
import dev.bantam.runtime.plugin.FoundPlugin;
import dev.bantam.runtime.plugin.PluginException;
import dev.bantam.runtime.plugin.PluginPlace;
import dev.bantam.runtime.plugin.PluginRegistry;
import dev.bantam.runtime.profile.DeviceProfile;
import dev.bantam.runtime.profile.DeviceProfiles;
import dev.bantam.runtime.profile.Hardware;
import dev.bantam.runtime.profile.HardwareProbe;
import dev.bantam.runtime.profile.MemoryNeed;
import dev.bantam.runtime.profile.ProfileException;
import dev.bantam.runtime.profile.SlotPlan;
import dev.bantam.runtime.profile.SlotPlanner;
import dev.bantam.runtime.slot.DrainResult;
import dev.bantam.runtime.slot.ModelSlot;
import dev.bantam.spi.LoadedModel;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.TaskException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
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
  private final List<MissingSlot> missing = new ArrayList<>();
  private final List<MemoryNeed> needs = new ArrayList<>();

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

  /**
   * A slot that can serve.
   *
   * @param plan what it was made from
   */
  record LoadedSlot(SlotPlan plan, SlotWorkers workers) {}

  /**
   * A slot that cannot serve.
   *
   * @param reason why it has no model
   */
  record MissingSlot(SlotPlan plan, String reason) {}

  /** Blocking. Leaves nothing loaded if it fails. */
  static RuntimeParts load(RuntimeOptions options) throws StartException {
    Hardware hardware = HardwareProbe.thisMachine();
    try {
      DeviceProfile profile =
          DeviceProfiles.load()
              .resolve(options.profile().or(() -> options.site().profile()), hardware);
      LOG.info("device profile {}: {}", profile.name(), profile.title());
      List<SlotPlan> plans = new ArrayList<>();
      List<MissingSlot> missing = new ArrayList<>();
      for (SlotPlan plan : new SlotPlanner(profile, hardware).plan(options.site().slots())) {
        String reason = options.withoutSlots().get(plan.name());
        if (reason == null) {
          plans.add(plan);
        } else {
          LOG.warn("slot {} has no model and serves nothing: {}", plan.name(), reason);
          missing.add(new MissingSlot(plan, reason));
        }
      }
      RuntimeParts parts =
          new RuntimeParts(
              profile, hardware, plugins(options, plans), heatPolicy(profile, options));
      parts.missing.addAll(missing);
      parts.fill(plans, options.models());
      return parts;
    } catch (ProfileException | PluginException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
  }

  private static Optional<HeatPolicy> heatPolicy(DeviceProfile profile, RuntimeOptions options)
      throws StartException {
    try {
      return profile.temperature().over(options.site().temperature()).policy();
    } catch (IllegalArgumentException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
  }

  private static PluginRegistry plugins(RuntimeOptions options, List<SlotPlan> plans)
      throws PluginException {
    Set<String> wanted = plans.stream().map(SlotPlan::plugin).collect(Collectors.toSet());
    SiteConfig site = options.site();
    List<PluginPlace> places =
        Stream.concat(
                site.pluginFolders().stream()
                    .map(folder -> new PluginPlace(folder, site.pluginSigners())),
                options.pluginFolders().stream().map(PluginPlace::of))
            .toList();
    return PluginRegistry.loadFrom(wanted, places, RuntimeParts.class.getClassLoader());
  }

  private void fill(List<SlotPlan> plans, ModelSource models) throws StartException {
    try {
      for (SlotPlan plan : plans) {
        slots.add(new LoadedSlot(plan, slot(plan, models)));
      }
    } catch (StartException | RuntimeException e) {
      close(Duration.ofSeconds(5));
      throw e;
    }
  }

  /** Before a model is loaded: what does not fit may end the process. */
  private void warnIfOverBudget() {
    long budget = profile.memoryBudget().bytesOf(hardware.usableMemoryBytes());
    MemoryNeed.overBudget(needs, budget)
        .ifPresent(problem -> LOG.warn("{} (device profile {})", problem, profile.name()));
  }

  private SlotWorkers slot(SlotPlan plan, ModelSource models) throws StartException {
    FoundPlugin plugin = plugins.get(plan.plugin());
    requireTasks(plan, plan.tasks().orElse(List.of()), plugin.tasks(), "plugin " + plugin.name());
    try {
      ModelFiles files = models.resolve(plan.model(), plan.variants());
      VariantChoice.reason(files.reference().variant().orElse(""), plan.variants())
          .ifPresent(why -> LOG.info("slot {}: {}", plan.name(), why));
      needs.add(MemoryNeed.of(plan, files));
      warnIfOverBudget();
      long begin = System.nanoTime();
      LoadedModel model = plugin.plugin().load(files, plan.context());
      LOG.info(
          "slot {}: {} loaded in {} ms, {} threads, context {}",
          plan.name(),
          files.reference(),
          (System.nanoTime() - begin) / 1_000_000,
          plan.context().threads(),
          plan.context().contextLength());
      Set<String> tasks = tasks(plan, plugin, model);
      ModelSlot slot = new ModelSlot(plan.name(), files.reference(), model, CLOSER);
      return new SlotWorkers(slot, tasks, plan.limits(model));
    } catch (ModelException | TaskException e) {
      throw failed(plan, String.valueOf(e.getMessage()), e);
    } catch (OutOfMemoryError e) {
      throw failed(plan, "there is not enough memory for the model; take a smaller one", e);
    } catch (LinkageError | RuntimeException e) {
      throw failed(plan, "plugin %s failed to load the model: %s".formatted(plugin.name(), e), e);
    }
  }

  /** Those that the slot lists, else those that its model is made for. */
  private static Set<String> tasks(SlotPlan plan, FoundPlugin plugin, LoadedModel model)
      throws StartException {
    Set<String> able = model.tasks().orElseGet(plugin::tasks);
    Set<String> tasks = plan.tasks().map(Set::copyOf).orElse(able);
    try {
      requireTasks(plan, tasks, able, "model " + plan.model());
      return tasks;
    } catch (StartException e) {
      model.close();
      throw e;
    }
  }

  private static void requireTasks(
      SlotPlan plan, Collection<String> wanted, Set<String> able, String who)
      throws StartException {
    for (String task : wanted) {
      if (!able.contains(task)) {
        throw failed(
            plan,
            "%s has no task \"%s\"; it has: %s"
                .formatted(who, task, String.join(", ", new TreeSet<>(able))),
            null);
      }
    }
  }

  private static StartException failed(SlotPlan plan, String why, @Nullable Throwable cause) {
    return new StartException(
        "slot %s (plugin %s, model %s): %s"
            .formatted(plan.name(), plan.plugin(), plan.model(), why),
        cause);
  }

  DeviceProfile profile() {
    return profile;
  }

  Hardware hardware() {
    return hardware;
  }

  /** From when on the device spares itself; empty for one that is not watched. */
  Optional<HeatPolicy> heatPolicy() {
    return heatPolicy;
  }

  List<FoundPlugin> plugins() {
    return plugins.all();
  }

  List<LoadedSlot> slots() {
    return List.copyOf(slots);
  }

  List<MissingSlot> missing() {
    return List.copyOf(missing);
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
