package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * {@code deploy/bench/kill-storm} with 500 requests: broker and runtime are killed with -9 again
 * and again, and each request has one answer, though each execution would give another.
 */
@Timeout(360)
class KillStormIT {

  private static final Duration LIMIT = Duration.ofMinutes(5);

  @Test
  void shouldGiveEachRequestOneAnswerWhileBrokerAndRuntimeAreKilled() throws Exception {
    List<String> command =
        List.of(
            BantamProcess.root().resolve("deploy/bench/kill-storm").toString(),
            "--requests",
            "500",
            "--rate",
            "25",
            "--broker-seconds",
            "3",
            "--runtime-seconds",
            "4",
            "--limit-seconds",
            "240");
    try (BantamProcess storm = BantamProcess.start(command, Map.of())) {
      assertThat(storm.exitStatus(LIMIT)).as(storm.toString()).isZero();
      String last = storm.output().lines().reduce("", (before, line) -> line);
      JsonNode result = new ObjectMapper().readTree(last);
      assertThat(result.path("answered").asInt()).isEqualTo(500);
      assertThat(result.path("with_different_answers").asInt()).isZero();
      assertThat(result.path("broker_kills").asInt()).isGreaterThanOrEqualTo(2);
      assertThat(result.path("runtime_kills").asInt()).isPositive();
    }
  }
}
