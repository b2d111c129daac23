package dev.bantam.runtime.cli.tune;

import dev.bantam.documents.NearestName;
import dev.bantam.models.ModelException;
import dev.bantam.models.ModelKind;
import dev.bantam.models.ModelRepository;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.model.KindPlugin;
import dev.bantam.runtime.config.SlotOverride;
import dev.bantam.runtime.profile.DevicePlanner;
import dev.bantam.runtime.profile.DeviceProfile;
import dev.bantam.runtime.profile.Hardware;
import dev.bantam.runtime.profile.PlannedSlot;
import dev.bantam.runtime.profile.ProfileException;
import dev.bantam.runtime.profile.SlotProfile;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the models of a device's slots. Blocking.
 *
 * @param profile of the device
 * @param machine this one
 * @param wishes the site's, by slot
 * @param models that are installed
 */
record TuneTargets(
    DeviceProfile profile,
    Hardware machine,
    Map<String, SlotOverride> wishes,
    ModelRepository models) {

  /**
   * @param found that can be loaded
   * @param missing why others cannot
   */
  record Found(List<TuneTarget> found, List<ModelException> missing) {}

  /**
   * @param model only this one, as its slot would run it
   * @param slot only this one
   * @throws ModelException if the model that is named is not installed
   */
  Found find(Optional<ModelReference> model, Optional<String> slot)
      throws ModelException, ProfileException, CliException {
    if (slot.isPresent()) {
      requireSlot(slot.get());
    }
    Map<String, SlotOverride> wanted = new HashMap<>(wishes);
    Optional<String> only = slot;
    if (model.isPresent()) {
      ModelFiles files = models.resolve(model.get(), profile.variantsOf(model.get().name()));
      String place = place(ModelKind.of(files), files.reference(), slot);
      wanted.put(place, wanted.getOrDefault(place, SlotOverride.NONE).withModel(files.reference()));
      only = Optional.of(place);
    }
    return found(new DevicePlanner(models::variants).plan(profile, machine, wanted).slots(), only);
  }

  private Found found(List<PlannedSlot> plans, Optional<String> only) throws ModelException {
    List<TuneTarget> found = new ArrayList<>();
    List<ModelException> missing = new ArrayList<>();
    for (PlannedSlot planned : plans) {
      if (only.map(planned.slot().name()::equals).orElse(true)) {
        try {
          ModelFiles files = models.resolve(planned.slot().model(), planned.order());
          found.add(new TuneTarget(planned.slot(), files, ModelKind.of(files)));
        } catch (ModelException e) {
          missing.add(e);
        }
      }
    }
    return new Found(found, missing);
  }

  private void requireSlot(String slot) throws CliException {
    List<String> names = profile.slots().stream().map(SlotProfile::name).toList();
    if (!names.contains(slot)) {
      throw new CliException(
          ExitCode.USAGE,
          "--slot %s: device profile %s has no such slot%s; it has: %s"
              .formatted(
                  slot, profile.name(), NearestName.hint(slot, names), String.join(", ", names)));
    }
  }

  /** The slot that the model is measured for. */
  private String place(ModelKind kind, ModelReference model, Optional<String> slot)
      throws CliException {
    String plugin = KindPlugin.of(kind);
    Optional<SlotProfile> place =
        slot.isPresent()
            ? profile.slots().stream()
                .filter(each -> each.name().equals(slot.get()) && each.plugin().equals(plugin))
                .findFirst()
            : profile.slotOf(plugin);
    return place
        .map(SlotProfile::name)
        .orElseThrow(
            () ->
                new CliException(
                    ExitCode.USAGE,
                    "%s is one of the %s, which plugin %s runs, and %s of device profile %s has it"
                        .formatted(
                            model,
                            KindPlugin.plural(kind),
                            plugin,
                            slot.map(name -> "not slot " + name).orElse("no slot"),
                            profile.name())));
  }
}
