package dev.bantam.simulator.swap;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The memory of devices after each of their successful swaps. */
final class SwapMemory {

  private static final int EARLY = 10;
  private static final int LATE = 200;
  private static final int AVERAGED = 5;
  private static final int LEAST = 20;
  private static final double MIB = 1024.0 * 1024;

  private final Map<String, List<After>> byDevice = new HashMap<>();

  /**
   * @param model that the swap brought
   * @param bytes of the process then
   */
  private record After(String model, long bytes) {}

  /** A swap of a device has brought a model. */
  void add(String device, String model, long bytes) {
    byDevice.computeIfAbsent(device, id -> new ArrayList<>()).add(new After(model, bytes));
  }

  /**
   * Memory after 200 swaps, or as many as there were, by that after 10, of the device where it is
   * most; each the mean of five swaps to the same model, for models differ in size.
   *
   * @return empty if there were too few
   */
  Optional<Double> ratio() {
    return most(SwapMemory::ratio);
  }

  private static Optional<Double> ratio(List<After> all) {
    if (all.size() < EARLY) {
      return Optional.empty();
    }
    String model = all.get(EARLY - 1).model();
    List<After> same =
        all.subList(EARLY - 1, Math.min(LATE, all.size())).stream()
            .filter(each -> each.model().equals(model))
            .toList();
    return same.size() < 2 * AVERAGED
        ? Optional.empty()
        : Optional.of(
            mean(same.subList(same.size() - AVERAGED, same.size()))
                / mean(same.subList(0, AVERAGED)));
  }

  /**
   * By how many MiB the mean of the last tenth is over that of the second, of the device where it
   * is most.
   *
   * @return empty if there were too few
   */
  Optional<Double> growthMib() {
    return most(SwapMemory::growth);
  }

  private static Optional<Double> growth(List<After> all) {
    int tenth = all.size() / 10;
    return all.size() < LEAST
        ? Optional.empty()
        : Optional.of(
            (mean(all.subList(all.size() - tenth, all.size()))
                    - mean(all.subList(tenth, 2 * tenth)))
                / MIB);
  }

  private Optional<Double> most(Function<List<After>, Optional<Double>> figure) {
    return byDevice.values().stream()
        .flatMap(all -> figure.apply(all).stream())
        .max(Double::compare);
  }

  private static double mean(List<After> swaps) {
    return swaps.stream().mapToLong(After::bytes).average().orElse(0);
  }
}
