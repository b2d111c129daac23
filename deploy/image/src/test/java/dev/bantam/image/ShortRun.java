package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/** {@code sim run SCENARIO --short}, as a user plays it with SmolLM2. */
final class ShortRun {

  private ShortRun() {}

  /**
   * Plays it to its end and holds it to what it expects.
   *
   * @param folder for the report
   * @param notJudged what it expects that a machine that tests cannot hold
   * @param least how many expectations are left, at the least, and one more
   * @return the report
   */
  static JsonNode play(
      String scenario, Path folder, Duration limit, Set<String> notJudged, int least)
      throws Exception {
    SmolLm2.files();
    try (BantamProcess run = start(scenario, folder)) {
      assertThat(run.exitStatus(limit)).as(run.toString()).isIn(0, 1);

      JsonNode report = new ObjectMapper().readTree(folder.resolve("report.json").toFile());
      assertThat(report.get("complete").asBoolean()).as(run.toString()).isTrue();
      assertThat(report.get("expectations"))
          .as(run.toString())
          .filteredOn(each -> !notJudged.contains(each.get("what").asText()))
          .hasSizeGreaterThan(least)
          .allMatch(each -> each.get("ok").asBoolean(), "holds");
      assertThat(run.errors()).doesNotContain("Exception");
      return report;
    }
  }

  /**
   * Begins to play a scenario's short form.
   *
   * @param folder for the report
   */
  static BantamProcess start(String scenario, Path folder) {
    return BantamProcess.bantam(
        BantamProcess.testHome(), "sim", "run", scenario, "--short", "--report", folder.toString());
  }
}
