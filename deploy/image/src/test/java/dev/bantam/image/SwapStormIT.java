package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
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
    JsonNode report = ShortRun.play("swap-storm", folder, LIMIT, NOT_HERE, 6);

    JsonNode swaps = report.get("swaps");
    assertThat(swaps.at("/slots/0/results/SUCCESSFUL").asInt()).isEqualTo(50);
    assertThat(swaps.get("versions").fieldNames())
        .toIterable()
        .containsExactly("smollm2-135m-instruct:1@q4_1", "smollm2-135m-instruct:1@q8");
    assertThat(swaps.get("versions")).allMatch(answers -> answers.asInt() > 5, "answers");
  }
}
