package dev.bantam.runtime;

import dev.bantam.runtime.tuning.RunSettings;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.LoadContext;
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
   * @param options by what was measured it is loaded, unless the site names its threads; and where
   *     it may keep what outlives the process
   * @throws TaskException as {@link dev.bantam.spi.Plugin#load}
   */
  static LoadedModel load(
      SlotSetup setup, RuntimeOptions options, ModelFiles files, Collection<String> tasks)
      throws TaskException {
    LoadContext usual =
        setup
            .plan()
            .context()
            .withCache(
                options.state().map(state -> state.resolve("cache").resolve(setup.plan().name())));
    LoadContext wanted =
        options
            .tuning()
            .filter(known -> setup.plan().isTunable())
            .map(known -> known.over(usual, files))
            .orElse(usual);
    LoadedModel model = loadAs(setup, files, wanted, usual);
    try {
      requireTasks(tasks, able(setup, model), "model " + files.reference().name());
      return model;
    } catch (TaskException e) {
      model.close();
      throw e;
    }
  }

  /** What was measured once may not be had any more. */
  private static LoadedModel loadAs(
      SlotSetup setup, ModelFiles files, LoadContext wanted, LoadContext usual)
      throws TaskException {
    try {
      return loaded(setup, files, wanted);
    } catch (TaskException e) {
      if (wanted.equals(usual)) {
        throw e;
      }
      log.warn(
          "slot {}: {} cannot be loaded as tuned, with {} ({}); loading it as the profile says. To measure again: bantam tune",
          setup.plan().name(),
          files.reference(),
          RunSettings.of(wanted),
          e.text());
      return loaded(setup, files, usual);
    }
  }

  private static LoadedModel loaded(SlotSetup setup, ModelFiles files, LoadContext context)
      throws TaskException {
    long begin = System.nanoTime();
    LoadedModel model = setup.plugin().plugin().load(files, context);
    log.info(
        "slot {}: {} loaded in {} ms, {}, context {}",
        setup.plan().name(),
        files.reference(),
        (System.nanoTime() - begin) / 1_000_000,
        RunSettings.of(context),
        context.contextLength());
    return model;
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
