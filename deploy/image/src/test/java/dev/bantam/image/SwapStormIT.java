package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code sim run swap-storm --short}: a slot gets SmolLM2 in 4 and in 8 bits 50 times, under load
 * of 16 clients over mosquitto. Not judged here are how fast answers are, for machines that test do
 * other things, too, and memory, which settles later than at the fiftieth swap.
 */
@Timeout(600)
class SwapStormIT {

  private static final Duration LIMIT = Duration.ofMinutes(9);
  private static final Set<String> NOT_HERE = Set.of("p99_ratio", "swap_memory_ratio");

  @TempDir Path folder;

  @Test
  void shouldLoseNothingAndMixNothingInFiftySwaps() throws Exception {
    SmolLm2.files();
    try (BantamProcess run =
        BantamProcess.bantam(
            BantamProcess.testHome(),
            "sim",
            "run",
            "swap-storm",
            "--short",
            "--report",
            folder.toString())) {
      assertThat(run.exitStatus(LIMIT)).as(run.toString()).isIn(0, 1);

      JsonNode report = new ObjectMapper().readTree(folder.resolve("report.json").toFile());
      assertThat(report.get("complete").asBoolean()).as(run.toString()).isTrue();
      assertThat(report.get("expectations"))
          .filteredOn(each -> !NOT_HERE.contains(each.get("what").asText()))
          .hasSizeGreaterThan(6)
          .allMatch(each -> each.get("ok").asBoolean(), "holds");
      JsonNode swaps = report.get("swaps");
      assertThat(swaps.at("/slots/0/results/SUCCESSFUL").asInt()).isEqualTo(50);
      assertThat(swaps.get("versions").fieldNames())
          .toIterable()
          .containsExactly("smollm2-135m-instruct:1@q4_1", "smollm2-135m-instruct:1@q8");
      assertThat(swaps.get("versions")).allMatch(answers -> answers.asInt() > 5, "answers");
      assertThat(run.errors()).doesNotContain("Exception");
    }
  }
}
