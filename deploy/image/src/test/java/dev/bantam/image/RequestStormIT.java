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
 * {@code sim run request-storm --short}: SmolLM2 over mosquitto, asked by all sorts of clients at
 * once. Not judged here are memory, which settles later, and whether those in a hurry are told in
 * time, for machines that test do other things, too.
 */
@Timeout(300)
class RequestStormIT {

  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final Set<String> NOT_HERE = Set.of("overdue_answers", "lost_requests");

  @TempDir Path folder;

  @Test
  void shouldAnswerEachRequestAsIfItWereAlone() throws Exception {
    JsonNode report = ShortRun.play("request-storm", folder, LIMIT, NOT_HERE, 4);

    assertThat(report.at("/requests/answered").asInt()).isGreaterThan(20);
    assertThat(report.at("/swaps/versions/smollm2-135m-instruct:1@q4_1").asInt())
        .as("answers like those of the request alone")
        .isEqualTo(report.at("/requests/answered").asInt());
    assertThat(report.get("applications"))
        .as("some were cancelled at work")
        .anyMatch(each -> each.at("/failures/cancelled").asInt() > 0)
        .filteredOn(each -> !each.get("application").asText().equals("hurried"))
        .hasSize(4)
        .allMatch(each -> each.get("lost").asInt(-1) == 0, "nothing lost");
  }
}
