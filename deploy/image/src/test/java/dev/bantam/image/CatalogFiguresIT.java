package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bantam.models.MemoryPrediction;
import dev.bantam.models.ModelException;
import dev.bantam.models.ModelRepository;
import dev.bantam.models.catalog.Catalog;
import dev.bantam.models.catalog.CatalogEntry;
import dev.bantam.models.catalog.MemoryFigures;
import dev.bantam.models.importer.quantize.Quantization;
import dev.bantam.runtime.config.SlotOverride;
import dev.bantam.runtime.profile.DevicePlan;
import dev.bantam.runtime.profile.DevicePlanner;
import dev.bantam.runtime.profile.DeviceProfile;
import dev.bantam.runtime.profile.DeviceProfiles;
import dev.bantam.runtime.profile.Hardware;
import dev.bantam.runtime.profile.InstalledVariants;
import dev.bantam.runtime.profile.MemoryNeed;
import dev.bantam.runtime.profile.PlannedSlot;
import dev.bantam.spi.ModelReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What Bantam's catalog says of the memory of its models, against those models. {@code
 * -Dbantam.write=true} makes all their variants, which takes minutes, and writes it into the
 * catalog.
 */
class CatalogFiguresIT {

  private static final boolean WRITES = Boolean.getBoolean("bantam.write");

  /** As the file has it, and as boards prefer it. */
  private static final List<String> CHECKED = List.of("fp32", "q4_all");

  private static final Path CATALOG =
      Path.of("runtime/models/src/main/resources/dev/bantam/models/catalog/models.yaml");

  @TempDir Path folder;

  private Catalog catalog;

  @BeforeEach
  void read() throws Exception {
    catalog = Catalog.read(BantamProcess.root().resolve(CATALOG));
  }

  static List<String> names() {
    return Catalog.builtIn().entries().stream().map(CatalogEntry::name).toList();
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldForetellWhatItsModelsSay(String name) throws Exception {
    // Given
    ModelRepository models = pulled(catalog.find(name).orElseThrow());
    ModelReference reference = ModelReference.parse(name);

    // When
    MemoryFigures found = MemoryPrediction.figures(models.variants(reference)).orElseThrow();

    // Then
    if (WRITES) {
      Path file = BantamProcess.root().resolve(CATALOG);
      Files.writeString(file, written(Files.readString(file), name, found.yaml()));
      read();
    }
    MemoryFigures foretold = catalog.variants(reference).get(0).model();
    assertThat(foretold.decoder()).isEqualTo(found.decoder());
    assertThat(foretold.encoder()).isEqualTo(found.encoder());
    assertThat(foretold.variants()).containsAllEntriesOf(found.variants());
    for (String profile : List.of("raspberry-pi-4", "x86-server", "jetson-orin-nano")) {
      assertSamePlan(profile, reference, models);
    }
  }

  /** Before a pull, and by a start after it. */
  private void assertSamePlan(String name, ModelReference model, ModelRepository models)
      throws Exception {
    DeviceProfile profile = DeviceProfiles.load().get(name);
    Hardware machine =
        profile.machine().hardware(profile.match().architecture().orElse("x86_64"), 4L << 30);
    Map<String, SlotOverride> all = new TreeMap<>();
    profile.slots().forEach(slot -> all.put(slot.name(), SlotOverride.NONE.withModel(model)));
    InstalledVariants none =
        reference -> {
          throw new ModelException(ModelException.Kind.NOT_INSTALLED, reference + " is not here");
        };

    DevicePlan before = new DevicePlanner(none, catalog, true).plan(profile, machine, all);
    DevicePlan after = new DevicePlanner(models::variants).plan(profile, machine, all);

    assertThat(before.all()).as(name).isEqualTo(after.all()).isPositive();
    assertThat(before.atRest()).isEqualTo(after.atRest());
    for (int slot = 0; slot < all.size(); slot++) {
      assertThat(needs(before.slots().get(slot)))
          .containsAllEntriesOf(needs(after.slots().get(slot)));
    }
  }

  private static Map<String, List<Long>> needs(PlannedSlot slot) {
    Map<String, List<Long>> needs = new TreeMap<>();
    for (PlannedSlot.Option option : slot.options()) {
      MemoryNeed need = option.need();
      needs.put(
          option.model().toString(),
          List.of(need.weights(), need.working(), need.cache(), need.resting(), need.bytes()));
    }
    return needs;
  }

  private ModelRepository pulled(CatalogEntry entry) throws Exception {
    ModelRepository models =
        ModelRepository.open(folder.resolve("models"), Catalog.of(withVariants(entry)));
    try {
      models.pull(entry.name(), event -> {});
    } catch (ModelException e) {
      assumeTrue(
          e.kind() != ModelException.Kind.UNREACHABLE, "the model's source is not reached: " + e);
      throw e;
    }
    return models;
  }

  /** All are made of one download. */
  private static CatalogEntry withVariants(CatalogEntry entry) {
    if (!entry.files().isEmpty()) {
      return entry; // An encoder's are those that the catalog lists; an export has but one.
    }
    List<String> ofDecoders =
        Quantization.names().stream()
            .filter(name -> !Quantization.INT8.makes(name))
            .filter(name -> WRITES || CHECKED.contains(name))
            .toList();
    return new CatalogEntry(
        entry.name(),
        entry.version(),
        entry.description(),
        entry.license(),
        entry.file(),
        entry.size(),
        entry.sha256(),
        false,
        List.of(),
        ofDecoders,
        entry.sources(),
        entry.revision(),
        entry.canaries(),
        entry.gated(),
        Optional.empty());
  }

  /** The catalog with the section of one entry in place of the one that it had, at its end. */
  private static String written(String catalog, String name, List<String> lines) {
    StringBuilder section = new StringBuilder();
    lines.forEach(line -> section.append("    ").append(line).append('\n'));
    int begin = catalog.indexOf("  - name: %s\n".formatted(name));
    int next = catalog.indexOf("\n\n", begin);
    int end = next < 0 ? catalog.length() : next + 1;
    String entry = catalog.substring(begin, end);
    String without =
        Pattern.compile("^    memory:.*\\n(?:^      .*\\n)*", Pattern.MULTILINE)
            .matcher(entry)
            .replaceAll("");
    return catalog.substring(0, begin) + without + section + catalog.substring(end);
  }
}
