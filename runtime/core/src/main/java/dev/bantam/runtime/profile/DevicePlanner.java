package dev.bantam.runtime.profile;

import dev.bantam.models.VariantChoice;
import dev.bantam.models.catalog.Catalog;
import dev.bantam.runtime.config.SlotOverride;
import dev.bantam.runtime.profile.PlannedSlot.Option;
import dev.bantam.spi.ModelReference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Chooses each slot's variant: of those that are there, the first that fits beside the least that
 * the slots after it need, fast ones before slow ones, and otherwise in the order that the profile
 * prefers. Where nothing fits, the smallest. Blocking, for it looks through the models.
 */
public final class DevicePlanner {

  private final SlotOptions options;
  private final boolean elsewhere;

  /** One for a device that starts: it knows what is installed, and nothing else. */
  public DevicePlanner(InstalledVariants installed) {
    this(installed, Optional.empty(), false);
  }

  /**
   * One that looks ahead: it knows also what could be pulled, as far as the catalog says what that
   * takes. On this machine it chooses among that only for a slot whose model is not installed at
   * all; for one elsewhere it makes no difference what is installed here.
   */
  public DevicePlanner(InstalledVariants installed, Catalog catalog, boolean elsewhere) {
    this(installed, Optional.of(catalog), elsewhere);
  }

  private DevicePlanner(InstalledVariants installed, Optional<Catalog> catalog, boolean elsewhere) {
    this.options = new SlotOptions(installed, catalog, elsewhere);
    this.elsewhere = elsewhere;
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
      open.add(options.of(slot, machine));
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
        this.options.of(slot, machine).options().stream()
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
    return pool(slot).stream().mapToLong(option -> option.need().bytes()).min().orElse(0);
  }

  /** What is chosen from: all, but that what is here comes before what is not, on this machine. */
  private List<Option> pool(PlannedSlot slot) {
    List<Option> here = slot.options().stream().filter(Option::isInstalled).toList();
    return elsewhere || here.isEmpty() ? slot.options() : here;
  }

  private PlannedSlot choose(PlannedSlot open, long room) {
    List<Option> pool = pool(open);
    if (pool.isEmpty()) {
      return open;
    }
    List<Option> fastFirst =
        pool.stream()
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
        order(open, pool, chosen),
        reason(open, pool, chosen, fitting.isPresent()),
        open.notInstalled());
  }

  private static List<String> order(PlannedSlot open, List<Option> pool, Option chosen) {
    if (isFirst(chosen, pool)) {
      return open.order();
    }
    List<String> order = new ArrayList<>(List.of(chosen.variant()));
    open.order().stream().filter(name -> !order.contains(name)).forEach(order::add);
    return order;
  }

  private static boolean isFirst(Option option, List<Option> pool) {
    return pool.get(0).model().equals(option.model());
  }

  private static String reason(PlannedSlot open, List<Option> pool, Option chosen, boolean fits) {
    String known =
        pool.stream().allMatch(Option::isInstalled) ? "installed" : "installed or in the catalog";
    if (!fits) {
      return "no variant that is %s fits; %s takes least".formatted(known, chosen.variant());
    }
    if (chosen.slow().isPresent()) {
      return "it fits; %s, and no faster one that fits is %s".formatted(chosen.slow().get(), known);
    }
    if (!isFirst(chosen, pool)) {
      return "it fits and is fast; those before it are not both";
    }
    return pool.stream().allMatch(Option::isInstalled)
            || open.slot().variants().indexOf(chosen.variant()) == 0
        ? VariantChoice.reason(chosen.variant(), open.slot().variants()).orElse("it fits")
        : "it fits";
  }
}
