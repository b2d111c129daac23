package dev.bantam.runtime.profile;

import dev.bantam.models.ModelException;
import dev.bantam.models.catalog.Catalog;
import dev.bantam.models.catalog.PullableVariant;
import dev.bantam.runtime.profile.PlannedSlot.Option;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The variants among which a slot's is chosen, with what each takes: what is installed, and for
 * plans that load nothing what the catalog foretells. Blocking.
 */
final class SlotOptions {

  private final InstalledVariants installed;
  private final Optional<Catalog> catalog;
  private final boolean elsewhere;

  /**
   * @param catalog for what is not installed; empty to leave that out
   * @param elsewhere whether it is of no account in which order models were installed here
   */
  SlotOptions(InstalledVariants installed, Optional<Catalog> catalog, boolean elsewhere) {
    this.installed = installed;
    this.catalog = catalog;
    this.elsewhere = elsewhere;
  }

  /** A slot of which nothing is chosen yet. */
  PlannedSlot of(SlotPlan slot, Hardware machine) {
    try {
      return of(slot, installed.of(slot.model()), slot.variants(), "", machine);
    } catch (ModelException e) {
      List<String> order = fastFirst(slot.variants(), machine);
      return of(slot, List.of(), order, String.valueOf(e.getMessage()), machine);
    }
  }

  private PlannedSlot of(
      SlotPlan slot,
      List<ModelFiles> there,
      List<String> order,
      String notInstalled,
      Hardware machine) {
    List<Option> options = preferred(slot, options(slot, there, machine));
    List<String> names = options.stream().filter(Option::isInstalled).map(Option::variant).toList();
    List<String> missing = slot.variants().stream().filter(name -> !names.contains(name)).toList();
    return new PlannedSlot(
        slot, options, Optional.empty(), false, missing, order, notInstalled, notInstalled);
  }

  private List<Option> options(SlotPlan slot, List<ModelFiles> there, Hardware machine) {
    List<Option> here = there.stream().map(files -> option(slot, files, machine)).toList();
    List<Option> foretold = foretold(slot, there, machine);
    Map<ModelReference, Option> options = new LinkedHashMap<>();
    (elsewhere ? foretold : here).forEach(option -> options.put(option.model(), option));
    (elsewhere ? here : foretold)
        .forEach(option -> options.merge(option.model(), option, SlotOptions::either));
    return List.copyOf(options.values());
  }

  /** What is here was looked at, and counts more, unless that told nothing. */
  private static Option either(Option one, Option other) {
    Option here = one.isInstalled() ? one : other;
    return here.need().isPredicted()
        ? here
        : new Option(
            here.model(), (one.isInstalled() ? other : one).need(), here.slow(), Optional.empty());
  }

  private List<Option> foretold(SlotPlan slot, List<ModelFiles> there, Hardware machine) {
    ModelReference wanted = wanted(slot.model(), there);
    return catalog.stream()
        .flatMap(known -> known.variants(wanted).stream())
        .flatMap(variant -> option(slot, variant, machine).stream())
        .toList();
  }

  /** A plan has variants of one version: of that which is installed, if one is. */
  private static ModelReference wanted(ModelReference model, List<ModelFiles> there) {
    return there.isEmpty()
        ? model
        : new ModelReference(
            there.get(0).reference().name(), there.get(0).reference().version(), model.variant());
  }

  private static List<Option> preferred(SlotPlan slot, List<Option> options) {
    return options.stream()
        .sorted(Comparator.comparingInt(option -> rank(slot.variants(), option.variant())))
        .toList();
  }

  /** Those that nobody has named come last, in the order that they have. */
  private static int rank(List<String> variants, String variant) {
    int at = variants.indexOf(variant);
    return at < 0 ? variants.size() : at;
  }

  /** For a pull makes the first that it can. */
  private static List<String> fastFirst(List<String> variants, Hardware machine) {
    return variants.stream()
        .sorted(Comparator.comparing(name -> KernelSpeed.slowness(name, machine).isPresent()))
        .toList();
  }

  private static Option option(SlotPlan slot, ModelFiles files, Hardware machine) {
    return option(files.reference(), MemoryNeed.of(slot, files), Optional.empty(), machine);
  }

  private static Optional<Option> option(SlotPlan slot, PullableVariant variant, Hardware machine) {
    return MemoryNeed.of(slot, variant)
        .map(need -> option(variant.reference(), need, Optional.of(variant.size()), machine));
  }

  private static Option option(
      ModelReference model, MemoryNeed need, Optional<Long> download, Hardware machine) {
    Optional<String> slow =
        need.encoder().isPresent()
            ? Optional.empty()
            : KernelSpeed.slowness(model.variant().orElse(""), machine);
    return new Option(model, need, slow, download);
  }
}
