package dev.bantam.runtime.profile;

import dev.bantam.spi.ModelReference;
import java.util.List;
import java.util.Optional;

/**
 * A slot of a {@link DevicePlan}.
 *
 * @param slot as profile and site want it
 * @param options the variants that are there or, in a plan that looks ahead, could be; the
 *     preferred first; empty if none is
 * @param chosen one of the options; empty if there are none
 * @param fits whether the chosen one has room beside the others
 * @param missing preferred variants that are not installed
 * @param order the variants in the order in which they are to be asked for
 * @param reason why it was chosen, or why there is none
 * @param notInstalled why the model is not here, in none of its variants; empty if it is
 */
public record PlannedSlot(
    SlotPlan slot,
    List<Option> options,
    Optional<Option> chosen,
    boolean fits,
    List<String> missing,
    List<String> order,
    String reason,
    String notInstalled) {

  public PlannedSlot {
    options = List.copyOf(options);
    missing = List.copyOf(missing);
    order = List.copyOf(order);
  }

  /** What a model takes that is one of the options, in this slot. */
  public Optional<MemoryNeed> needOf(ModelReference model) {
    return options.stream()
        .filter(option -> option.model().equals(model))
        .map(Option::need)
        .findFirst();
  }

  /**
   * One variant.
   *
   * @param model with version and variant
   * @param need what it takes with the slot's context and workers
   * @param slow why it is slow on the machine
   * @param download bytes to fetch for it; empty if it is installed
   */
  public record Option(
      ModelReference model, MemoryNeed need, Optional<String> slow, Optional<Long> download) {

    public boolean isInstalled() {
      return download.isEmpty();
    }

    String variant() {
      return model.variant().orElse("");
    }
  }
}
