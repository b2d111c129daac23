package dev.bantam.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfileDetectTest {

  private static final Path MACHINES = Path.of("../core/src/test/resources/hardware");

  @TempDir Path home;

  private CommandRun detect(String... arguments) {
    List<String> all = new ArrayList<>(List.of("profile", "detect"));
    all.addAll(List.of(arguments));
    return CommandRun.of(home, all.toArray(String[]::new));
  }

  @Test
  void shouldExplainEveryRuleOfEveryProfile() {
    CommandRun run =
        detect("--explain", "--root", MACHINES.resolve("raspberry-pi-zero-2w").toString());

    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains("board          Raspberry Pi Zero 2 W Rev 1.0")
        .contains("temperature    48.3 °C (cpu-thermal)")
        .contains("trap           the kernel runs without the memory control group")
        .contains("profile        raspberry-pi-zero-2w")
        .containsPattern("generic-arm64 +matches, but raspberry-pi-zero-2w has a higher priority")
        .containsPattern("yes device_tree_model +device-tree model .* matches \"Raspberry Pi Zero")
        .containsPattern("yes min_memory +426.8 MiB of usable memory, at least 300.0 MiB")
        .containsPattern("no +cpu_features +the CPU lacks asimddp")
        .contains("    priority 100");
  }

  @Test
  void shouldTellTheSameAsJson() throws Exception {
    CommandRun run = detect("--json", "--root", MACHINES.resolve("x86-container").toString());

    JsonNode json = run.json();
    assertThat(json.get("profile").asText()).isEqualTo("x86-gateway");
    assertThat(json.at("/hardware/usable_memory_bytes").asLong()).isEqualTo(2L << 30);
    assertThat(json.at("/hardware/usable_cores").asInt()).isEqualTo(2);
    assertThat(json.get("traps")).isEmpty();
    assertThat(json.get("candidates").findValuesAsText("rule")).contains("min_cores", "tegra");
  }

  @Test
  void shouldRefuseAFolderThatIsNoRoot() throws Exception {
    CommandRun run = detect("--root", Files.createDirectory(home.resolve("empty")).toString());

    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("there is no folder proc in it");
  }
}
