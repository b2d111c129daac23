package dev.bantam.runtime;

import dev.bantam.runtime.profile.SlotPlan;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.LoadedModel;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.TaskException;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads models by the plugins of their slots. Blocking. */
final class SlotLoader {

  private static final Logger log = LoggerFactory.getLogger(SlotLoader.class);

  private SlotLoader() {}

  /**
   * Loads a model that has all these tasks.
   *
   * @throws TaskException as {@link dev.bantam.spi.Plugin#load}
   */
  static LoadedModel load(SlotSetup setup, ModelFiles files, Collection<String> tasks)
      throws TaskException {
    long begin = System.nanoTime();
    SlotPlan plan = setup.plan();
    LoadedModel model = setup.plugin().plugin().load(files, plan.context());
    log.info(
        "slot {}: {} loaded in {} ms, {} threads, context {}",
        plan.name(),
        files.reference(),
        (System.nanoTime() - begin) / 1_000_000,
        plan.context().threads(),
        plan.context().contextLength());
    try {
      requireTasks(tasks, able(setup, model), "model " + files.reference().name());
      return model;
    } catch (TaskException e) {
      model.close();
      throw e;
    }
  }

  /** Those that the slot lists, else those that its model is made for. */
  static Set<String> tasks(SlotSetup setup, LoadedModel model) {
    return setup.plan().tasks().<Set<String>>map(Set::copyOf).orElseGet(() -> able(setup, model));
  }

  /** Those that the slot lists, else all that its plugin has, for a slot without a model. */
  static Set<String> tasks(SlotSetup setup) {
    return setup.plan().tasks().<Set<String>>map(Set::copyOf).orElseGet(setup.plugin()::tasks);
  }

  private static Set<String> able(SlotSetup setup, LoadedModel model) {
    return model.tasks().orElseGet(setup.plugin()::tasks);
  }

  /**
   * @param who has the tasks, for the error
   * @throws TaskException if one of the wanted tasks is missing
   */
  static void requireTasks(Collection<String> wanted, Set<String> able, String who)
      throws TaskException {
    for (String task : wanted) {
      if (!able.contains(task)) {
        throw new TaskException(
            ErrorCode.MODEL_UNUSABLE,
            "%s has no task \"%s\"; it has: %s"
                .formatted(who, task, String.join(", ", new TreeSet<>(able))));
      }
    }
  }
}
