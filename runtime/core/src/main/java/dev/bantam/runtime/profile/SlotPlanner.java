package dev.bantam.runtime.profile;

import dev.bantam.documents.NearestName;
import dev.bantam.runtime.config.SlotOverride;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.ModelReference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Works out a device's slots. Pure. */
public final class SlotPlanner {

  private final DeviceProfile profile;
  private final Hardware machine;

  public SlotPlanner(DeviceProfile profile, Hardware machine) {
    this.profile = profile;
    this.machine = machine;
  }

  /**
   * The slots, in the profile's order.
   *
   * @param overrides the site's wishes by slot name
   * @throws ProfileException if a wish is for a slot that the profile does not have
   */
  public List<SlotPlan> plan(Map<String, SlotOverride> overrides) throws ProfileException {
    List<String> names = profile.slots().stream().map(SlotProfile::name).toList();
    for (String name : overrides.keySet()) {
      if (!names.contains(name)) {
        throw new ProfileException(
            "slots.%s: device profile %s has no such slot%s"
                .formatted(name, profile.name(), NearestName.hint(name, names)));
      }
    }
    return profile.slots().stream()
        .map(slot -> plan(slot, overrides.getOrDefault(slot.name(), SlotOverride.NONE)))
        .toList();
  }

  private SlotPlan plan(SlotProfile slot, SlotOverride site) {
    Map<String, String> settings = new HashMap<>(slot.settings());
    settings.putAll(site.settings());
    ModelReference reference = site.model().orElse(slot.model());
    return new SlotPlan(
        slot.name(),
        slot.plugin(),
        reference,
        reference.variant().isPresent() ? List.of() : site.variants().orElse(slot.variants()),
        slot.tasks(),
        site.workers().or(slot::workers),
        site.queue().orElse(slot.queue()),
        site.timeout().orElse(slot.timeout()),
        site.minTokensPerSecond().or(slot::minTokensPerSecond),
        site.canaries(),
        site.threads().isEmpty(),
        new LoadContext(
            site.threads().orElse(profile.threadsOn(machine)),
            site.contextLength().or(slot::contextLength).orElse(profile.contextLength()),
            profile.spinning(),
            site.prompts(),
            settings));
  }
}
