package dev.bantam.models;

import java.util.List;
import java.util.Optional;

/** Which of a version's variants is taken where several are installed. Pure. */
public final class VariantChoice {

  private VariantChoice() {}

  /**
   * The first that is preferred and installed, else the first that was installed.
   *
   * @param installed at least one
   * @param preferred names of variants, the best first
   */
  static InstalledVariant of(List<InstalledVariant> installed, List<String> preferred) {
    return preferred.stream()
        .flatMap(name -> installed.stream().filter(variant -> variant.variant().equals(name)))
        .findFirst()
        .orElse(installed.get(0));
  }

  /**
   * Why a variant was taken, for a log.
   *
   * @param preferred as the choice was given them
   * @return empty where nothing was preferred
   */
  public static Optional<String> reason(String taken, List<String> preferred) {
    if (preferred.isEmpty()) {
      return Optional.empty();
    }
    String names = String.join(", ", preferred);
    int place = preferred.indexOf(taken);
    if (place < 0) {
      return Optional.of(
          "none of the device profile's variants (%s) is installed; to get one, type: bantam model pull NAME@%s, or import the model's file again"
              .formatted(names, preferred.get(0)));
    }
    return Optional.of(
        place == 0
            ? "%s is the device profile's first choice".formatted(taken)
            : "%s is the first of the device profile's variants (%s) that is installed"
                .formatted(taken, names));
  }
}
