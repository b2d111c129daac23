package dev.bantam.runtime.cli.tune;

import dev.bantam.models.ModelKind;
import dev.bantam.runtime.cli.model.KindPlugin;
import dev.bantam.runtime.profile.SlotPlan;
import dev.bantam.spi.ModelFiles;
import java.util.Optional;

/**
 * A model in its slot.
 *
 * @param plan of the slot
 * @param files of the variant that the slot would load
 * @param kind of the model
 */
record TuneTarget(SlotPlan plan, ModelFiles files, ModelKind kind) {

  /** For people. */
  String name() {
    return "%s (slot %s)".formatted(files.reference(), plan.name());
  }

  /** Why there is nothing to be measured; empty if there is. */
  Optional<String> obstacle() {
    if (!plan.isTunable()) {
      return Optional.of(
          "bantam.yaml names the threads of slot %s, so they are what it gets: %d; to have them measured, remove slots.%s.threads"
              .formatted(plan.name(), plan.context().threads(), plan.name()));
    }
    if (!plan.plugin().equals(KindPlugin.of(kind))) {
      return Optional.of(
          "slot %s has plugin %s, and only Bantam's own plugins are measured"
              .formatted(plan.name(), plan.plugin()));
    }
    return Optional.empty();
  }
}
