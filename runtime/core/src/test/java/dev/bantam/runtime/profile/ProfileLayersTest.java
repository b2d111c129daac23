package dev.bantam.runtime.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfileLayersTest {

  private static final long GIB = 1L << 30;

  @TempDir Path folder;

  private final DeviceProfiles profiles = DeviceProfiles.load();

  @BeforeEach
  void writeBase() throws IOException {
    write(
        "base.yaml",
        """
        name: base
        match: {architecture: aarch64, min_cores: 2}
        threads: 3
        memory_budget: 500MiB
        context_length: 2048
        temperature: {warm: 60, hot: 70}
        machine: {cores: 4, memory: [1GiB, 2GiB]}
        slots:
          - {name: talk, plugin: p, model: m, variants: [q4, q8], settings: {a: "1", b: "2"}}
          - {name: look, plugin: q, model: n, queue: 3}
        tiers:
          - max_memory: 1GiB
            context_length: 512
            slots:
              - {name: talk, workers: 1, settings: {b: "low"}}
          - {min_memory: 4GiB, context_length: 4096}
        """);
  }

  private String write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  @Test
  void shouldTakeWhatAProfileLeavesOutFromTheOneThatItExtends() throws Exception {
    // Given
    String own =
        write(
            "own.yaml",
            """
            name: own
            extends: ./base.yaml
            match: {min_cores: 4}
            threads: auto
            temperature: {hot: 80}
            slots:
              - {name: more, plugin: p, model: x}
              - {name: talk, variants: [q8], settings: {b: "3"}}
            """);

    // When
    DeviceProfile profile = profiles.get(own).withMemory(2 * GIB);

    // Then
    assertThat(profile.name()).isEqualTo("own");
    assertThat(profile.match().architecture()).contains("aarch64");
    assertThat(profile.match().minCores()).contains(4);
    assertThat(profile.threads()).isEmpty();
    assertThat(profile.contextLength()).isEqualTo(2048);
    assertThat(profile.temperature().warm()).contains(60.0);
    assertThat(profile.temperature().hot()).contains(80.0);
    assertThat(profile.machine().memoryBytes()).containsExactly(GIB, 2 * GIB);
    assertThat(profile.slots())
        .extracting(SlotProfile::name)
        .containsExactly("talk", "look", "more");
    assertThat(profile.slots().get(0).variants()).containsExactly("q8");
    assertThat(profile.slots().get(0).settings()).containsEntry("a", "1").containsEntry("b", "3");
    assertThat(profile.slots().get(1).queue()).isEqualTo(3);
  }

  @Test
  void shouldTakeTheTierForTheMemoryAndTheProfileOverTheTiersOfTheExtended() throws Exception {
    // Given
    DeviceProfile base = profiles.get(folder.resolve("base.yaml").toString());
    String own =
        write(
            "own.yaml",
            """
            name: own
            extends: base.yaml
            context_length: 1000
            tiers:
              - {min_memory: 3GiB, max_memory: 8GiB, memory_budget: 2000MiB}
            machine: {memory: [16GiB]}
            """);

    // When
    DeviceProfile changed = profiles.get(own);

    // Then
    assertThat(base.contextLength()).as("of the least memory").isEqualTo(512);
    assertThat(base.withMemory(GIB).contextLength()).isEqualTo(512);
    assertThat(base.withMemory(GIB).slots().get(0).workers()).contains(1);
    assertThat(base.withMemory(GIB).slots().get(0).settings()).containsEntry("b", "low");
    assertThat(base.withMemory(GIB + 1).contextLength()).isEqualTo(2048);
    assertThat(base.withMemory(GIB + 1).slots().get(0).workers()).isEmpty();
    assertThat(base.withMemory(5 * GIB).contextLength()).isEqualTo(4096);
    assertThat(changed.withMemory(GIB).contextLength()).isEqualTo(1000);
    assertThat(changed.withMemory(GIB).slots().get(0).workers()).contains(1);
    assertThat(changed.withMemory(4 * GIB).memoryBudget().text()).isEqualTo("2000MiB");
    assertThat(changed.withMemory(9 * GIB).memoryBudget().text()).isEqualTo("500MiB");
  }

  @Test
  void shouldReportEveryProblemOfAProfileAndOfThoseThatItExtends() throws Exception {
    // Given
    write("middle.yaml", "name: middle\nextends: base.yaml\nthreds: 2\n");
    String own =
        write(
            "own.yaml",
            """
            name: own
            extends: middle.yaml
            memory_budget: 3GiB
            temperature: {warm: 90}
            slots:
              - {name: more, plugin: p}
            tiers:
              - {context_length: 100}
              - {min_memory: 2GiB, max_memory: 1GiB}
              - {max_memory: 1GiB, slots: [{name: other, workers: 1}]}
              - {max_memory: 1GiB, name: x}
            """);

    // When / Then
    assertThatThrownBy(() -> profiles.get(own))
        .isInstanceOf(ProfileException.class)
        .hasMessageContaining("middle.yaml:3: threds: unknown key; did you mean \"threads\"?")
        .hasMessageContaining(
            "own.yaml:3: memory_budget: 3.0 GiB is more than the 2.0 GiB that such machines have")
        .hasMessageContaining("own.yaml:4: temperature: warm must be below hot: 90.0")
        .hasMessageContaining("own.yaml:6: slots[0]: \"model\" is missing, and no extended profile")
        .hasMessageContaining("own.yaml:8: tiers[0]: a tier needs min_memory, max_memory or both")
        .hasMessageContaining(
            "own.yaml:9: tiers[1].max_memory: no machine has at most 1.0 GiB and at least 2.0 GiB")
        .hasMessageContaining("own.yaml:10: tiers[2].slots[0].name: a tier changes slots and adds")
        .hasMessageContaining("own.yaml:11: tiers[3].name: unknown key");
  }

  @Test
  void shouldRefuseProfilesThatExtendThemselvesOrNobody() throws Exception {
    String one = write("one.yaml", "name: one\nextends: two.yaml\n");
    write("two.yaml", "name: two\nthreads: 0\nextends: ./one.yaml\n");
    String self = write("self.yaml", "name: self\nextends: ./self.yaml\n");
    String orphan = write("orphan.yaml", "name: orphan\nextends: rasberry-pi-4\n");
    String lost = write("lost.yaml", "name: lost\nextends: gone.yaml\n");

    assertThatThrownBy(() -> profiles.get(one))
        .hasMessageContaining("two.yaml:3: extends: the profile extends itself: ")
        .hasMessageContaining("one.yaml, then " + folder.resolve("two.yaml") + ", then again ")
        .hasMessageContaining("two.yaml:2: threads: ");
    assertThatThrownBy(() -> profiles.get(self))
        .hasMessageContaining("self.yaml:2: extends: the profile extends itself");
    assertThatThrownBy(() -> profiles.get(orphan))
        .hasMessageContaining(
            "orphan.yaml:2: extends: there is no device profile \"rasberry-pi-4\"; did you mean \"raspberry-pi-4\"?");
    assertThatThrownBy(() -> profiles.get(lost)).hasMessageContaining("gone.yaml:1: there is no");
  }

  @Test
  void shouldGiveSmallBoardsOfAFamilyLess() throws Exception {
    DeviceProfile pi3 = profiles.get("raspberry-pi-3");
    DeviceProfile zero = profiles.get("raspberry-pi-zero-2w").withMemory(GIB / 2);

    assertThat(pi3.withMemory(GIB).contextLength()).isEqualTo(1024);
    assertThat(pi3.withMemory(GIB / 2).contextLength()).isEqualTo(512);
    assertThat(zero.contextLength()).isEqualTo(512);
    assertThat(zero.slots()).extracting(SlotProfile::queue).isEqualTo(List.of(2, 16));
    assertThat(zero.slots()).extracting(SlotProfile::variants).contains(List.of("q4_all"));
    assertThat(zero.machine().cores()).contains(4);
    assertThat(zero.match().architecture()).contains("aarch64");
  }
}
