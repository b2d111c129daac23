package dev.bantam.runtime.profile;

import dev.bantam.models.ModelException;
import dev.bantam.models.VariantChoice;
import dev.bantam.runtime.config.SlotOverride;
import dev.bantam.runtime.profile.PlannedSlot.Option;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Chooses each slot's variant: of those that are there, the first that fits beside the least that
 * the slots after it need, fast ones before slow ones, and otherwise in the order that the profile
 * prefers. Where nothing fits, the smallest. Blocking, for it looks through the models.
 */
public final class DevicePlanner {

  private final InstalledVariants installed;

  public DevicePlanner(InstalledVariants installed) {
    this.installed = installed;
  }

  /**
   * What a device will have.
   *
   * @param profile with the tier for the machine, and the site's budget
   * @param overrides the site's wishes by slot name
   * @throws ProfileException if a wish is for a slot that the profile does not have
   */
  public DevicePlan plan(
      DeviceProfile profile, Hardware machine, Map<String, SlotOverride> overrides)
      throws ProfileException {
    List<PlannedSlot> open = new ArrayList<>();
    for (SlotPlan slot : new SlotPlanner(profile, machine).plan(overrides)) {
      open.add(open(slot, machine));
    }
    long left = new DevicePlan(profile, machine, open).room();
    List<PlannedSlot> chosen = new ArrayList<>();
    for (int i = 0; i < open.size(); i++) {
      long later = open.subList(i + 1, open.size()).stream().mapToLong(this::least).sum();
      PlannedSlot slot = choose(open.get(i), left - later);
      left -= slot.chosen().map(option -> option.need().bytes()).orElse(0L);
      chosen.add(slot);
    }
    return new DevicePlan(profile, machine, chosen);
  }

  /**
   * The next smaller variant of what a slot holds: of those of its version that take less, and are
   * not slower on the machine, the one that takes most.
   *
   * @param held with version and variant
   * @return empty if there is none
   */
  public Optional<ModelReference> smaller(SlotPlan slot, ModelReference held, Hardware machine) {
    List<Option> options =
        open(slot, machine).options().stream()
            .filter(option -> held.withoutVariant().matches(option.model()))
            .toList();
    return options.stream()
        .filter(option -> option.model().equals(held))
        .findFirst()
        .flatMap(
            now ->
                options.stream()
                    .filter(option -> option.need().bytes() < now.need().bytes())
                    .filter(option -> option.slow().isEmpty() || now.slow().isPresent())
                    .max(Comparator.comparingLong(option -> option.need().bytes())))
        .map(Option::model);
  }

  private long least(PlannedSlot slot) {
    return slot.options().stream().mapToLong(option -> option.need().bytes()).min().orElse(0);
  }

  /** A slot of which nothing is chosen yet. */
  private PlannedSlot open(SlotPlan slot, Hardware machine) {
    try {
      List<Option> there =
          installed.of(slot.model()).stream().map(files -> option(slot, files, machine)).toList();
      List<String> names = there.stream().map(Option::variant).toList();
      List<Option> preferred =
          Stream.concat(
                  slot.variants().stream()
                      .flatMap(name -> there.stream().filter(o -> o.variant().equals(name))),
                  there.stream())
              .distinct()
              .toList();
      List<String> missing =
          slot.variants().stream().filter(name -> !names.contains(name)).toList();
      return new PlannedSlot(
          slot, preferred, Optional.empty(), false, missing, slot.variants(), "");
    } catch (ModelException e) {
      return new PlannedSlot(
          slot,
          List.of(),
          Optional.empty(),
          false,
          slot.variants(),
          fastFirst(slot.variants(), machine),
          String.valueOf(e.getMessage()));
    }
  }

  /** For a pull makes the first that it can. */
  private static List<String> fastFirst(List<String> variants, Hardware machine) {
    return variants.stream()
        .sorted(Comparator.comparing(name -> KernelSpeed.slowness(name, machine).isPresent()))
        .toList();
  }

  private static Option option(SlotPlan slot, ModelFiles files, Hardware machine) {
    MemoryNeed need = MemoryNeed.of(slot, files);
    Optional<String> slow =
        need.encoder().isPresent()
            ? Optional.empty()
            : KernelSpeed.slowness(files.reference().variant().orElse(""), machine);
    return new Option(files.reference(), need, slow);
  }

  private static PlannedSlot choose(PlannedSlot open, long room) {
    if (open.options().isEmpty()) {
      return open;
    }
    List<Option> fastFirst =
        open.options().stream()
            .sorted(Comparator.comparing((Option option) -> option.slow().isPresent()))
            .toList();
    Optional<Option> fitting =
        fastFirst.stream().filter(option -> option.need().bytes() <= room).findFirst();
    Option chosen =
        fitting.orElseGet(
            () ->
                fastFirst.stream()
                    .min(Comparator.comparingLong(option -> option.need().bytes()))
                    .orElseThrow());
    return new PlannedSlot(
        open.slot(),
        open.options(),
        Optional.of(chosen),
        fitting.isPresent(),
        open.missing(),
        order(open, chosen),
        reason(open, chosen, fitting.isPresent()));
  }

  private static List<String> order(PlannedSlot open, Option chosen) {
    if (open.options().get(0).equals(chosen)) {
      return open.order();
    }
    List<String> order = new ArrayList<>(List.of(chosen.variant()));
    open.order().stream().filter(name -> !order.contains(name)).forEach(order::add);
    return order;
  }

  private static String reason(PlannedSlot open, Option chosen, boolean fits) {
    if (!fits) {
      return "no variant that is installed fits; %s takes least".formatted(chosen.variant());
    }
    if (chosen.slow().isPresent()) {
      return "it fits; %s, and no faster one that fits is installed".formatted(chosen.slow().get());
    }
    return open.options().get(0).equals(chosen)
        ? VariantChoice.reason(chosen.variant(), open.slot().variants()).orElse("it fits")
        : "it fits and is fast; those before it are not both";
  }
}
