package dev.bantam.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.models.store.Blob;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which variant is loaded where a reference names none: a truth table. */
class VariantChoiceTest {

  @ParameterizedTest
  @CsvSource({
    // installed in this order, what the device prefers, what is taken, why
    "q4_1,        '',          q4_1,   ''",
    "q4_1 q4_all, '',          q4_1,   ''",
    "q4_1 q4_all, q4_all,      q4_all, q4_all is the device profile's first choice",
    "q4_1,        q4_all,      q4_1,   'none of the device profile''s variants (q4_all) is installed; to get one, type: bantam model pull NAME@q4_all, or import the model''s file again'",
    "q4_1 q8,     q4_all q8,   q8,     'q8 is the first of the device profile''s variants (q4_all, q8) that is installed'",
    "q8 q4_all,   q4_all q8,   q4_all, q4_all is the device profile's first choice"
  })
  void shouldTakeTheFirstPreferredThatIsInstalled(
      String installed, String preferred, String taken, String reason) {
    List<InstalledVariant> variants =
        names(installed).stream().map(VariantChoiceTest::variant).toList();

    assertThat(VariantChoice.of(variants, names(preferred)).variant()).isEqualTo(taken);
    assertThat(VariantChoice.reason(taken, names(preferred)).orElse("")).isEqualTo(reason);
  }

  private static List<String> names(String list) {
    return Arrays.stream(list.split(" ")).filter(name -> !name.isEmpty()).toList();
  }

  private static InstalledVariant variant(String name) {
    return new InstalledVariant(
        name,
        "llama",
        1,
        1,
        Optional.empty(),
        Optional.empty(),
        new Blob("0".repeat(64), 1),
        Map.of());
  }
}
