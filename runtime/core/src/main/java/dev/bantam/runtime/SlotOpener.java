package dev.bantam.runtime;

import dev.bantam.models.ModelException;
import dev.bantam.runtime.dispatch.SlotWorkers;
import dev.bantam.runtime.plugin.FoundPlugin;
import dev.bantam.runtime.profile.MemoryNeed;
import dev.bantam.runtime.profile.PlannedSlot;
import dev.bantam.runtime.profile.SlotPlan;
import dev.bantam.runtime.slot.ModelSlot;
import dev.bantam.runtime.swap.FileCheck;
import dev.bantam.runtime.swap.SlotStart;
import dev.bantam.spi.LoadedModel;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import dev.bantam.spi.TaskException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens one slot at the runtime's start, with the model that it had before, or the planned one. */
final class SlotOpener {

  private static final Logger LOG = LoggerFactory.getLogger(SlotOpener.class);

  /** A closing model may have gigabytes to give back, so each gets a thread of its own. */
  private static final Executor CLOSER = work -> new Thread(work, "bantam-model-closer").start();

  private final PlannedSlot planned;
  private final SlotPlan plan;
  private final SlotSetup setup;
  private final RuntimeOptions options;
  private final Consumer<MemoryNeed> beforeLoad;
  private final SlotStart start;

  /**
   * Reads what the slot had before. Blocking.
   *
   * @param beforeLoad told what a model needs, before it is loaded
   * @throws StartException if the plugin lacks a task that the slot lists
   */
  SlotOpener(
      PlannedSlot planned,
      FoundPlugin plugin,
      RuntimeOptions options,
      Consumer<MemoryNeed> beforeLoad)
      throws StartException {
    this.planned = planned;
    this.plan = planned.slot();
    this.options = options;
    this.beforeLoad = beforeLoad;
    try {
      SlotLoader.requireTasks(
          plan.tasks().orElse(List.of()), plugin.tasks(), "plugin " + plugin.name());
    } catch (TaskException e) {
      throw failed(String.valueOf(e.getMessage()), e);
    }
    this.setup = SlotSetup.of(plan, plugin);
    this.start =
        SlotStart.read(options.state(), options.site().device(), plan.name(), plan.model());
  }

  /**
   * Loads the model. Blocking.
   *
   * @throws StartException if none of those that it may begin with can be loaded
   */
  LoadedSlot open() throws StartException {
    List<ModelReference> candidates = start.candidates();
    for (ModelReference candidate : candidates.subList(0, candidates.size() - 1)) {
      try {
        return loaded(candidate, List.of());
      } catch (StartException e) {
        LOG.warn("{}; trying the model before", e.getMessage());
      }
    }
    String reason = options.withoutSlots().get(plan.name());
    if (reason != null) {
      return vacant(reason);
    }
    planned.chosen().ifPresent(option -> LOG.info("slot {}: {}", plan.name(), planned.reason()));
    return loaded(candidates.get(candidates.size() - 1), planned.order());
  }

  String slot() {
    return plan.name();
  }

  /** The slot without a model. */
  LoadedSlot vacant(String reason) {
    LOG.warn("slot {} has no model until somebody gives it one: {}", plan.name(), reason);
    ModelSlot slot = ModelSlot.vacant(plan.name(), plan.model(), reason, CLOSER);
    return new LoadedSlot(
        setup,
        new SlotWorkers(slot, SlotLoader.tasks(setup), plan.limits(1)),
        plan.tasks().orElse(List.of()),
        start);
  }

  private LoadedSlot loaded(ModelReference wanted, List<String> variants) throws StartException {
    try {
      ModelFiles files = options.models().resolve(wanted, variants);
      beforeLoad.accept(
          planned.needOf(files.reference()).orElseGet(() -> MemoryNeed.of(plan, files)));
      LoadedModel model = checked(files);
      ModelSlot slot = new ModelSlot(plan.name(), files.reference(), model, CLOSER);
      SlotWorkers workers =
          new SlotWorkers(slot, SlotLoader.tasks(setup, model), plan.limits(model.usualWorkers()));
      return new LoadedSlot(setup, workers, workers.tasks(), start);
    } catch (ModelException | TaskException e) {
      throw failed(String.valueOf(e.getMessage()), e);
    } catch (OutOfMemoryError e) {
      throw failed("there is not enough memory for the model; take a smaller one", e);
    } catch (LinkageError | RuntimeException e) {
      throw failed("plugin %s failed to load the model: %s".formatted(plan.plugin(), e), e);
    }
  }

  /** A damaged file is the better reason where the model cannot be loaded either. */
  private LoadedModel checked(ModelFiles files) throws ModelException, TaskException {
    FileCheck check =
        FileCheck.begin(() -> options.models().verified(files.reference(), List.of()));
    LoadedModel model;
    try {
      model = SlotLoader.load(setup, options, files, plan.tasks().orElse(List.of()));
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

  private StartException failed(String why, @Nullable Throwable cause) {
    return new StartException(
        "slot %s (plugin %s, model %s): %s"
            .formatted(plan.name(), plan.plugin(), plan.model(), why),
        why,
        cause);
  }
}
