package dev.bantam.runtime;

import dev.bantam.runtime.config.FileStamps;
import dev.bantam.runtime.plugin.FoundPlugin;
import dev.bantam.runtime.profile.SlotPlan;

/**
 * All that decides how a slot's models are loaded; where it is another one, they are loaded anew.
 *
 * @param plan by profile and site
 * @param plugin loads the models
 * @param prompts tells when files of the prompts' folder have changed
 */
record SlotSetup(SlotPlan plan, FoundPlugin plugin, String prompts) {

  /** The same with other limits on requests, which are nothing to a loaded model. */
  SlotSetup withLimitsOf(SlotPlan other) {
    return new SlotSetup(plan.withLimitsOf(other), plugin, prompts);
  }

  /** Looks at the prompts' folder as it is now. */
  static SlotSetup of(SlotPlan plan, FoundPlugin plugin) {
    return new SlotSetup(
        plan, plugin, plan.context().resourceOverrides().map(FileStamps::of).orElse(""));
  }
}
