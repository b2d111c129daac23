package dev.bantam.runtime.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.models.ModelException;
import dev.bantam.models.catalog.Catalog;
import dev.bantam.runtime.config.SlotOverride;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models of which nothing is known but the size of their files, which stands for their memory. */
class DevicePlannerTest {

  private static final long MIB = 1 << 20;
  private static final Path MACHINES = Path.of("src/test/resources/hardware");

  @TempDir Path folder;

  private final List<ModelFiles> installed = new ArrayList<>();
  private final Hardware machine = HardwareProbe.of(MACHINES.resolve("x86-n100")).read();
  private DeviceProfile profile;

  @BeforeEach
  void readProfile() throws Exception {
    Path own = folder.resolve("own.yaml");
    Files.writeString(
        own,
        """
        name: own
        match: {}
        memory_budget: 1000MiB
        context_length: 512
        slots:
          - {name: talk, plugin: p, model: talker, variants: [q8, q4, q4_all]}
          - {name: look, plugin: p, model: looker}
        """);
    profile = DeviceProfiles.load().get(own.toString());
    install("talker", "q4_all", 300);
    install("talker", "q4", 400);
    install("talker", "q8", 600);
    install("looker", "fp32", 350);
    install("looker", "int8", 100);
  }

  private void install(String name, String variant, long mebibytes) {
    Path file = folder.resolve(name + "-" + variant);
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(mebibytes * MIB);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    installed.add(
        new ModelFiles(ModelReference.of(name, "1", variant), Map.of(ModelFiles.GRAPH, file)));
  }

  private List<ModelFiles> matching(ModelReference reference) throws ModelException {
    List<ModelFiles> found =
        installed.stream().filter(files -> reference.matches(files.reference())).toList();
    if (found.isEmpty()) {
      throw new ModelException(
          ModelException.Kind.NOT_INSTALLED, "model \"" + reference + "\" is not installed");
    }
    return found;
  }

  private DevicePlan plan(DeviceProfile wanted, Hardware on, Map<String, SlotOverride> site)
      throws ProfileException {
    return new DevicePlanner(this::matching).plan(wanted, on, site);
  }

  private DevicePlan plan(String budget) throws ProfileException {
    return plan(profile.withBudget(Optional.of(budget)), machine, Map.of());
  }

  private Optional<String> smaller(String slot, String held, Hardware on) throws ProfileException {
    SlotPlan talk =
        new SlotPlanner(profile, on)
            .plan(Map.of()).stream()
                .filter(each -> each.name().equals(slot))
                .findFirst()
                .orElseThrow();
    return new DevicePlanner(this::matching)
        .smaller(talk, ModelReference.parse(held), on)
        .map(ModelReference::toString);
  }

  @Test
  void shouldFindTheNextSmallerVariantThatIsNoSlower() throws Exception {
    Hardware pi4 = HardwareProbe.of(MACHINES.resolve("raspberry-pi-4")).read();

    assertThat(smaller("talk", "talker:1@q8", machine)).contains("talker:1@q4");
    assertThat(smaller("talk", "talker:1@q4", machine)).contains("talker:1@q4_all");
    assertThat(smaller("talk", "talker:1@q4_all", machine)).isEmpty();
    assertThat(smaller("talk", "talker:1@q4", pi4)).contains("talker:1@q4_all");
    assertThat(smaller("talk", "talker:2@q4", machine)).isEmpty();
    assertThat(smaller("look", "looker:1@fp32", machine)).contains("looker:1@int8");
    install("talker", "q5_0", 350);
    assertThat(smaller("talk", "talker:1@q4_all", pi4)).isEmpty();
  }

  private static List<String> chosen(DevicePlan plan) {
    return plan.slots().stream()
        .map(slot -> slot.chosen().flatMap(option -> option.model().variant()).orElse("-"))
        .toList();
  }

  @Test
  void shouldTakeTheFirstVariantThatLeavesRoomForTheLeastOfTheOthers() throws Exception {
    assertThat(chosen(plan("1000MiB"))).containsExactly("q8", "fp32");
    assertThat(chosen(plan("700MiB"))).containsExactly("q8", "int8");
    assertThat(chosen(plan("699MiB"))).containsExactly("q4", "int8");
    assertThat(chosen(plan("400MiB"))).containsExactly("q4_all", "int8");
    assertThat(plan("400MiB").problem()).isEmpty();
    assertThat(plan("400MiB").need()).isEqualTo(400 * MIB);
  }

  @Test
  void shouldTakeTheSmallestWhereNothingFitsAndSayWhatWould() throws Exception {
    DevicePlan plan = plan("350MiB");

    assertThat(chosen(plan)).containsExactly("q4_all", "int8");
    assertThat(plan.slots().get(0).fits()).isFalse();
    assertThat(plan.slots().get(0).reason()).contains("no variant that is installed fits");
    assertThat(plan.problem().orElseThrow())
        .contains("the models need 400.0 MiB, more than the memory budget of 350.0 MiB")
        .contains("take a smaller model or variant in slot talk, or raise memory_budget");
  }

  @Test
  void shouldKeepRoomForTheRuntimeOnASmallMachine() throws Exception {
    Hardware small = machine.withMemory(DevicePlan.RUNTIME_BYTES + 500 * MIB);

    DevicePlan plan = plan(profile, small, Map.of());

    assertThat(plan.room()).isEqualTo(500 * MIB).isLessThan(plan.budget());
    assertThat(chosen(plan)).containsExactly("q4", "int8");
    assertThat(plan.all()).isEqualTo(small.usableMemoryBytes());
  }

  @Test
  void shouldPutVariantsBehindForWhichTheProcessorHasNoFastKernels() throws Exception {
    Hardware pi = HardwareProbe.of(MACHINES.resolve("raspberry-pi-4")).read();

    DevicePlan plan = plan(profile, pi, Map.of());

    assertThat(chosen(plan)).containsExactly("q4_all", "fp32");
    assertThat(plan.slots().get(0).options())
        .extracting(option -> option.slow().orElse("fast"))
        .containsExactly(
            "8-bit weights are slow without asimddp",
            "its head of 8 bits is slow without asimddp",
            "fast");
    assertThat(plan.slots().get(0).order()).containsExactly("q4_all", "q8", "q4");
  }

  @Test
  void shouldLetTheSiteHaveTheLastWord() throws Exception {
    SlotOverride named = SlotOverride.NONE.withModel(ModelReference.parse("talker@q4"));

    DevicePlan plan = plan(profile, machine, Map.of("talk", named));

    assertThat(chosen(plan)).containsExactly("q4", "fp32");
    assertThat(plan.slots().get(0).order()).isEmpty();
  }

  @Test
  void shouldPlanForSlotsWhoseModelsAreNotThere() throws Exception {
    installed.removeIf(files -> files.reference().name().equals("talker"));
    Hardware pi = HardwareProbe.of(MACHINES.resolve("raspberry-pi-4")).read();

    DevicePlan plan = plan(profile, pi, Map.of());

    assertThat(chosen(plan)).containsExactly("-", "fp32");
    assertThat(plan.slots().get(0).reason()).contains("is not installed");
    assertThat(plan.slots().get(0).order())
        .as("what a pull tries to make first is fast")
        .containsExactly("q4_all", "q8", "q4");
  }

  private Catalog catalog() throws Exception {
    String entry =
        """
          - {name: %s, version: "1", license: MIT, file: m, size: 7, sha256: "%s", sources: [{file: /srv/m}], memory: {
               decoder: {layers: 2, heads: 4, kv_heads: 2, head_size: 16, hidden_size: 64, vocab_size: 300, context_length: 512},
               variants: {%s}}}
        """;
    Path file =
        Files.writeString(
            folder.resolve("catalog.yaml"),
            "format: 1\nmodels:\n"
                + entry.formatted(
                    "talker",
                    "0".repeat(64),
                    "q4_1: {weights: 450000000}, q8: {weights: 600000000}, q4_all: {weights: 300000000}")
                + entry.formatted("looker", "1".repeat(64), "fp32: {weights: 350000000}"));
    return Catalog.read(file);
  }

  private DevicePlan foreseen(Hardware on, boolean elsewhere) throws Exception {
    return new DevicePlanner(this::matching, catalog(), elsewhere).plan(profile, on, Map.of());
  }

  private static List<String> options(DevicePlan plan) {
    return plan.slots().get(0).options().stream()
        .map(o -> o.model().variant().orElseThrow() + (o.isInstalled() ? "" : "?"))
        .toList();
  }

  @Test
  void shouldForeseeWhatTheCatalogTellsForAMachineElsewhere() throws Exception {
    // Given
    Hardware pi = HardwareProbe.of(MACHINES.resolve("raspberry-pi-4")).read();
    installed.clear();

    // When
    DevicePlan plan = foreseen(machine, true);
    DevicePlan onPi = foreseen(pi, true);

    // Then
    assertThat(chosen(plan)).containsExactly("q8", "fp32");
    assertThat(options(plan)).containsExactly("q8?", "q4_all?", "q4_1?");
    assertThat(plan.problem()).isEmpty();
    assertThat(plan.need()).isBetween(950_000_000L, 1_000_000_000L);
    assertThat(plan.slots().get(0).fits()).isTrue();
    assertThat(plan.slots().get(0).missing()).containsExactly("q8", "q4", "q4_all");
    assertThat(plan.slots().get(0).options().get(0).download()).contains(7L);
    assertThat(chosen(onPi)).containsExactly("q4_all", "fp32");
    assertThat(chosen(plan(profile, machine, Map.of())))
        .as("a start loads nothing that is not there")
        .containsExactly("-", "-");
  }

  @Test
  void shouldPlanTheSameForAMachineElsewhereWhateverIsInstalledHere() throws Exception {
    List<ModelFiles> all = List.copyOf(installed);
    installed.clear();
    DevicePlan before = foreseen(machine, true);

    installed.addAll(all);
    Collections.reverse(installed);
    installed.removeIf(files -> files.reference().variant().orElseThrow().equals("q4"));
    DevicePlan after = foreseen(machine, true);

    assertThat(chosen(after)).isEqualTo(chosen(before));
    assertThat(options(after)).containsExactly("q8", "q4_all", "q4_1?");
    assertThat(after.all()).isEqualTo(before.all());
    assertThat(after.atRest()).isEqualTo(before.atRest());
  }

  @Test
  void shouldChooseOnThisMachineWhatAStartWouldChoose() throws Exception {
    // Given none of the variant that the profile prefers
    installed.removeIf(files -> files.reference().variant().orElseThrow().equals("q8"));

    // When
    DevicePlan plan = foreseen(machine, false);

    // Then
    assertThat(chosen(plan)).isEqualTo(chosen(plan(profile, machine, Map.of())));
    assertThat(plan.slots().get(0).order())
        .isEqualTo(plan(profile, machine, Map.of()).slots().get(0).order());
    assertThat(options(plan)).containsExactly("q8?", "q4", "q4_all", "q4_1?");

    // And where it has nothing at all
    installed.clear();
    DevicePlan empty = foreseen(machine, false);
    assertThat(chosen(empty)).containsExactly("q8", "fp32");
    assertThat(empty.slots().get(0).notInstalled()).contains("\"talker\" is not installed");
  }

  @Test
  void shouldForeseeNothingOfAnotherVersionThanIsInstalled() throws Exception {
    installed.clear();
    installed.add(new ModelFiles(ModelReference.of("talker", "2", "q6"), Map.of()));

    assertThat(options(foreseen(machine, true))).containsExactly("q6");
    assertThat(options(foreseen(machine, false))).containsExactly("q6");
  }

  @Test
  void shouldSayThatNothingOfTheCatalogFits() throws Exception {
    installed.clear();

    DevicePlan plan =
        new DevicePlanner(this::matching, catalog(), true)
            .plan(profile.withBudget(Optional.of("300MiB")), machine, Map.of());

    assertThat(plan.slots().get(0).fits()).isFalse();
    assertThat(plan.slots().get(0).reason())
        .isEqualTo("no variant that is installed or in the catalog fits; q4_all takes least");
  }

  @Test
  void shouldChangeNothingWhereThePreferredOneIsTaken() throws Exception {
    assertThat(plan("1000MiB").slots().get(0).order()).containsExactly("q8", "q4", "q4_all");
    assertThat(plan("1000MiB").slots().get(1).order()).isEmpty();
    assertThat(plan("700MiB").slots().get(1).order()).containsExactly("int8");
  }

  @Test
  void shouldPlanForAMachineElsewhere() throws Exception {
    DeviceProfile pi = DeviceProfiles.load().get("raspberry-pi-4");

    Hardware elsewhere = pi.machine().hardware("aarch64", 2L << 30);

    assertThat(elsewhere.usableCores()).isEqualTo(4);
    assertThat(elsewhere.usableMemoryBytes()).isEqualTo(2L << 30);
    assertThat(KernelSpeed.slowness("q8", elsewhere)).isPresent();
    assertThat(KernelSpeed.slowness("q8_0", elsewhere)).isPresent();
    assertThat(KernelSpeed.slowness("q4_1", elsewhere)).isEmpty();
    assertThat(KernelSpeed.slowness("q8", machine)).isEmpty();
  }
}
