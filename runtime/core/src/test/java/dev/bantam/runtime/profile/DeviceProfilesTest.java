package dev.bantam.runtime.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.runtime.config.MqttConfig;
import dev.bantam.runtime.config.SlotOverride;
import dev.bantam.runtime.governor.HeatPolicy;
import dev.bantam.runtime.profile.ProfileChoice.Candidate;
import dev.bantam.spi.ModelReference;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceProfilesTest {

  private static final Path MACHINES = Path.of("src/test/resources/hardware");
  private static final Path PROFILES = Path.of("../../device-profiles");

  @TempDir Path folder;

  private final DeviceProfiles profiles = DeviceProfiles.load();

  private static Hardware machine(String name, String architecture) {
    return new HardwareProbe(MACHINES.resolve(name), architecture).read();
  }

  @ParameterizedTest
  @CsvSource({
    "raspberry-pi-zero-2w, aarch64, raspberry-pi-zero-2w, 4",
    "raspberry-pi-3, aarch64, raspberry-pi-3, 4",
    "raspberry-pi-4, aarch64, raspberry-pi-4, 4",
    "raspberry-pi-5, aarch64, raspberry-pi-5, 4",
    "jetson-orin-nano, aarch64, jetson-orin-nano, 6",
    "jetson-agx-orin, aarch64, jetson-agx-orin, 12",
    "x86-n100, amd64, x86-gateway, 4",
    "x86-server, amd64, x86-server, 8",
    "x86-container, amd64, x86-gateway, 2",
    "x86-old, amd64, generic-x86, 4",
    "graviton, aarch64, generic-arm64, 2"
  })
  void shouldChooseByWhatTheMachineSaysOfItself(
      String name, String architecture, String expected, int threads) {
    // Given
    Hardware hardware = machine(name, architecture);

    // When
    ProfileChoice choice = profiles.choose(hardware);

    // Then
    assertThat(choice.chosen()).map(DeviceProfile::name).contains(expected);
    assertThat(choice.chosen()).map(p -> p.threadsOn(hardware)).contains(threads);
    assertThat(choice.candidates())
        .filteredOn(c -> c.profile().name().equals(expected))
        .extracting(Candidate::reason)
        .containsExactly("chosen: the machine meets every rule");
  }

  @Test
  void shouldGiveAReasonForEveryCandidate() {
    // When
    Map<String, String> reasons =
        profiles.choose(machine("raspberry-pi-4", "aarch64")).candidates().stream()
            .collect(Collectors.toMap(c -> c.profile().name(), Candidate::reason));

    // Then
    assertThat(reasons).hasSize(ShippedProfiles.NAMES.size());
    assertThat(reasons.get("generic-arm64"))
        .isEqualTo("matches, but raspberry-pi-4 has a higher priority");
    assertThat(reasons.get("x86-gateway"))
        .contains("architecture is aarch64, not x86_64")
        .contains("the CPU lacks avx2, fma");
    assertThat(reasons.get("raspberry-pi-5"))
        .contains("\"Raspberry Pi 4 Model B Rev 1.1\" does not match")
        .contains("the CPU lacks asimddp");
    assertThat(reasons.get("jetson-orin-nano")).contains("/etc/nv_tegra_release is not there");
  }

  @Test
  void shouldListReasonsWhenNothingFits() {
    assertThatThrownBy(
            () -> profiles.resolve(Optional.empty(), machine("raspberry-pi-4", "riscv64")))
        .isInstanceOf(ProfileException.class)
        .hasMessageContaining("--profile")
        .hasMessageContaining("generic-arm64: architecture is riscv64, not aarch64");
  }

  @Test
  void shouldNameKnownProfilesWhenOneIsUnknown() {
    assertThatThrownBy(() -> profiles.get("rasberry-pi-4"))
        .isInstanceOf(ProfileException.class)
        .hasMessageStartingWith(
            "there is no device profile \"rasberry-pi-4\"; did you mean \"raspberry-pi-4\"? known: generic-arm64, generic-x86, jetson-agx-orin, jetson-orin-nano, raspberry-pi-3, raspberry-pi-4, raspberry-pi-5, raspberry-pi-zero-2w, x86-gateway, x86-server");
  }

  @Test
  void shouldTakeOwnProfileByItsFile() throws Exception {
    // Given
    Path own = folder.resolve("own.yaml");
    Files.writeString(
        own,
        """
        name: own
        match: {}
        threads: 3
        memory_budget: 300MiB
        context_length: 512
        slots:
          - {name: triage, plugin: text-generation, model: "tiny:1", queue: 2, timeout: 5s}
        """);

    // When
    DeviceProfile profile =
        profiles.resolve(Optional.of(own.toString()), machine("x86-n100", "amd64"));

    // Then
    assertThat(profile.slots()).extracting(SlotProfile::name).containsExactly("triage");
    assertThat(profile.slots().get(0).tasks()).isEmpty();
    assertThat(profile.slots().get(0).timeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(profile.memoryBudget().bytesOf(1L << 40)).isEqualTo(300L << 20);
  }

  @Test
  void shouldReportAllProblemsOfOwnProfile() throws IOException {
    // Given
    Path own = folder.resolve("own.yaml");
    Files.writeString(
        own,
        """
        name: own
        match: {architecture: arm, device_tree_model: "(", min_memory: much}
        threads: none
        context_length: 0
        power_mode: "15W|("
        mqtt: {max_packet_bytes: 12, spool: 1}
        slots:
          - {name: a, plugin: p, model: m, taks: [x]}
          - {name: a, plugin: p}
        """);

    // When / Then
    assertThatThrownBy(() -> profiles.get(own.toString()))
        .isInstanceOf(ProfileException.class)
        .hasMessageContaining(
            "own.yaml:2: match.architecture: \"arm\" is not known; known: aarch64, x86_64")
        .hasMessageContaining("own.yaml:2: match.device_tree_model: is no regular expression")
        .hasMessageContaining("own.yaml:2: match.min_memory: must be a size")
        .hasMessageContaining("own.yaml:3: threads: must be a whole number of threads, or auto")
        .hasMessageContaining("own.yaml:4: context_length: must be a whole number from 1")
        .hasMessageContaining("slots[0].taks: unknown key; did you mean \"tasks\"?")
        .hasMessageContaining("own.yaml:9: slots[1]: \"model\" is missing")
        .hasMessageContaining("own.yaml:5: power_mode: is no regular expression")
        .hasMessageContaining("own.yaml:6: mqtt.max_packet_bytes: must be from 1KiB")
        .hasMessageContaining("own.yaml:6: mqtt.spool: unknown key")
        .hasMessageContaining("own.yaml:9: slots[1].name: two slots are called a");
  }

  @Test
  void shouldShipEveryFileOfTheFolder() throws IOException {
    try (Stream<Path> files = Files.list(PROFILES)) {
      List<String> names =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".yaml"))
              .map(name -> name.replace(".yaml", ""))
              .toList();
      assertThat(profiles.all())
          .extracting(DeviceProfile::name)
          .containsExactlyInAnyOrderElementsOf(names);
    }
  }

  @Test
  void shouldPlanSlotsFromProfileSiteAndMachine() throws ProfileException {
    // Given
    DeviceProfile profile = profiles.get("x86-gateway");
    Hardware small = machine("graviton", "aarch64");
    SlotOverride site =
        new SlotOverride(
            Optional.of(ModelReference.parse("other")),
            Optional.of(List.of("q8")),
            Optional.of(folder),
            Optional.of(1000),
            Optional.empty(),
            Optional.of(2),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Map.of("k", "v"));
    SlotPlanner planner = new SlotPlanner(profile, small);

    // When
    SlotPlan plain = planner.plan(Map.of()).get(0);
    SlotPlan changed = planner.plan(Map.of("assistant", site)).get(0);
    SlotPlan forced =
        planner.plan(Map.of("assistant", site.withModel(ModelReference.parse("mine:3")))).get(0);

    // Then
    assertThat(plain.model()).hasToString("smollm2-135m-instruct");
    assertThat(plain.context().threads()).isEqualTo(2);
    assertThat(plain.context().contextLength()).isEqualTo(4096);
    assertThat(plain.limits(1).capacity()).isEqualTo(17);
    assertThat(changed.model()).hasToString("other");
    assertThat(changed.variants()).containsExactly("q8");
    assertThat(changed.context().contextLength()).isEqualTo(1000);
    assertThat(changed.context().resourceOverrides()).contains(folder);
    assertThat(changed.context().settings()).containsEntry("k", "v");
    assertThat(changed.limits(1).workers()).isEqualTo(2);
    assertThat(forced.model()).hasToString("mine:3");
    assertThatThrownBy(() -> planner.plan(Map.of("assistent", site)))
        .hasMessageContaining("did you mean \"assistant\"?");
  }

  @Test
  void shouldPreferVariantsWhereTheModelNamesNone() throws ProfileException {
    // Given
    DeviceProfile profile = profiles.get("raspberry-pi-4");
    SlotPlanner planner = new SlotPlanner(profile, machine("raspberry-pi-4", "aarch64"));

    // When, Then
    assertThat(planner.plan(Map.of()).get(0).variants()).containsExactly("q4_all");
    assertThat(variants(planner, "mine")).containsExactly("q4_all");
    assertThat(variants(planner, "mine:3")).containsExactly("q4_all");
    assertThat(variants(planner, "mine@q4_1")).isEmpty();
    assertThat(profile.variantsOf("smollm2-135m-instruct")).containsExactly("q4_all");
    assertThat(profile.variantsOf("another")).containsExactly("q4_all");
    assertThat(profiles.get("raspberry-pi-5").variantsOf("another")).isEmpty();
  }

  private static List<String> variants(SlotPlanner planner, String model) throws ProfileException {
    SlotOverride site = SlotOverride.NONE.withModel(ModelReference.parse(model));
    return planner.plan(Map.of("assistant", site)).get(0).variants();
  }

  @Test
  void shouldFindTheSlotOfAPluginTheDefaultOneBeforeOthers() throws Exception {
    Path own =
        Files.writeString(
            folder.resolve("own.yaml"),
            """
            name: own
            match: {}
            context_length: 64
            slots:
              - {name: first, plugin: text-generation, model: a}
              - {name: second, plugin: text-encoding, model: b}
              - {name: assistant, plugin: text-generation, model: c}
            """);
    DeviceProfile profile = profiles.get(own.toString());

    assertThat(profile.slotOf("text-generation").map(SlotProfile::name)).contains("assistant");
    assertThat(profile.slotOf("text-encoding").map(SlotProfile::name)).contains("second");
    assertThat(profile.slotOf("vision")).isEmpty();
    assertThat(profiles.get("generic-x86").slotOf("text-encoding").map(SlotProfile::name))
        .contains("encoder");
  }

  @Test
  void shouldReadTheVariantsOfEachSlot() throws Exception {
    Path own = folder.resolve("own.yaml");
    String slots =
        """
        name: own
        match: {}
        context_length: 512
        slots:
          - {name: a, plugin: p, model: m, variants: [q4_all, q8]}
          - {name: b, plugin: p, model: n}
        """;
    Files.writeString(own, slots);
    DeviceProfile profile = profiles.get(own.toString());
    assertThat(profile.variantsOf("m")).containsExactly("q4_all", "q8");
    assertThat(profile.variantsOf("n")).isEmpty();
    assertThat(profile.variantsOf("other")).as("the first slot's").containsExactly("q4_all", "q8");

    Files.writeString(
        own,
        slots.replace("model: m", "model: m@q8").replace("model: n", "model: n, variants: [Q 4]"));
    assertThatThrownBy(() -> profiles.get(own.toString()))
        .hasMessageContaining("own.yaml:5: slots[0].variants: the model names its variant already")
        .hasMessageContaining("own.yaml:6: slots[1].variants[0]: must be a variant's name");
  }

  @Test
  void shouldReadFromWhenOnTheDeviceSparesItself() throws Exception {
    Path own = folder.resolve("own.yaml");
    String profile =
        """
        name: own
        match: {}
        context_length: 64
        temperature: {hot: 70, critical: 65}
        slots: [{name: a, plugin: p, model: m}]
        """;

    Files.writeString(own, profile);
    assertThatThrownBy(() -> profiles.get(own.toString()))
        .hasMessageContaining(
            "own.yaml:4: temperature.critical: must not be below hot: 65.0 is below 70.0");
    Files.writeString(own, profile.replace("hot: 70, ", ""));
    assertThatThrownBy(() -> profiles.get(own.toString()))
        .hasMessageContaining("own.yaml:4: temperature: \"hot\" is missing");
    Files.writeString(own, profile.replace("65", "80"));
    assertThat(profiles.get(own.toString()).temperature().policy())
        .contains(new HeatPolicy(60, 70, Optional.of(80.0), Duration.ofSeconds(30)));
    assertThat(profiles.all()).allMatch(each -> each.temperature().policy().isPresent());
  }

  @Test
  void shouldReadHowLargePacketsMayBe() throws Exception {
    assertThat(profiles.get("raspberry-pi-zero-2w").maxPacketBytes()).isEqualTo(256 << 10);
    assertThat(profiles.get("raspberry-pi-4").maxPacketBytes())
        .isEqualTo(MqttConfig.DEFAULT_MAX_PACKET_BYTES);
    Path own = folder.resolve("own.yaml");
    Files.writeString(
        own,
        """
        name: own
        extends: raspberry-pi-4
        tiers:
          - {max_memory: 2GiB, mqtt: {max_packet_bytes: 64KiB}}
        """);
    assertThat(profiles.get(own.toString()).withMemory(1L << 30).maxPacketBytes())
        .isEqualTo(64 << 10);
    MqttConfig site = MqttConfig.of(URI.create("mqtt://127.0.0.1"));
    assertThat(site.orPacketsOf(64 << 10).maxPacketBytes()).contains(64 << 10);
    assertThat(site.orPacketsOf(4096).orPacketsOf(64 << 10).maxPacketBytes()).contains(4096);
  }
}
