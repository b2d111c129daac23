package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code ./bantam sim run} as somebody runs it who has nothing else running. */
@Timeout(300)
class SimRunIT {

  private static final Duration LIMIT = Duration.ofMinutes(4);

  @TempDir Path folder;

  @BeforeAll
  static void pull() throws Exception {
    SmolLm2.files();
  }

  @ParameterizedTest
  @ValueSource(strings = {"demo", "smart-home"})
  void shouldStartADevicePlayReportAndStop(String scenario) throws Exception {
    Path home = BantamProcess.testHome();
    Set<Path> before = announced(home);
    try (BantamProcess run =
        BantamProcess.bantam(
            home,
            "sim",
            "run",
            scenario,
            "--short",
            "--speed",
            "8",
            "--json",
            "--report",
            folder.toString())) {
      assertThat(run.exitStatus(LIMIT)).as(run.toString()).isZero();
      JsonNode report = new ObjectMapper().readTree(folder.resolve("report.json").toFile());
      assertThat(run.errors()).contains("nothing is up", "playing " + scenario, "the report is ");
      assertThat(report.get("ok").asBoolean()).isTrue();
      assertThat(report.at("/requests/answered").asInt()).isPositive();
      assertThat(report.at("/series/memory_mib")).isNotEmpty();
      assertThat(folder.resolve("report.html")).content().contains("uPlot");
      assertThat(run.errors()).doesNotContain("Exception");
      assertThat(announced(home)).isEqualTo(before);
    }
  }

  /** What devices say of themselves; some were killed by other tests. */
  private static Set<Path> announced(Path home) throws IOException {
    Path folder = home.resolve("run");
    if (!Files.isDirectory(folder)) {
      return Set.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.collect(Collectors.toSet());
    }
  }
}
