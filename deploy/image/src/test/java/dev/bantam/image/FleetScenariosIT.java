package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The scenarios in which a fleet's broker or devices die or get hot, or a device spares itself, as
 * a user plays them: devices of their own processes, each with the default encoder, and mosquitto.
 */
@Timeout(300)
class FleetScenariosIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What a status says, as the run marks it; the device gets hot twice. */
  private static final List<String> HEAT = List.of("sunny is hot", "sunny is normal");

  private static final List<String> GOVERNED =
      List.of(
          "governor-heat-ramp",
          "governor-memory-squeeze",
          "governor-flapping-sensor",
          "governor-missing-sensor");

  private static final Duration LIMIT = Duration.ofMinutes(4);

  @TempDir Path folder;

  @Test
  void shouldLoseNoRequest() throws IOException {
    List<String> reports = reports(3, List.of("broker-loss", "device-loss", "heat-wave"));
    for (String report : reports.subList(0, 2)) {
      JsonNode faults = JSON.readTree(report).path("faults");
      assertThat(faults).isNotEmpty();
      assertThat(faults).noneMatch(fault -> fault.hasNonNull("problem"));
    }
    assertThat(reports.get(2)).contains(HEAT);
  }

  @Test
  void shouldTakeTheStepsThatAreExpected() throws IOException {
    for (String report : reports(1, GOVERNED)) {
      JsonNode events = JSON.readTree(report).path("events");
      assertThat(events).isNotEmpty();
      assertThat(events).allMatch(each -> each.get("found").equals(each.get("expected")));
    }
  }

  /** Plays scenarios all at once, for their devices wait most of the time. */
  private List<String> reports(int devices, List<String> scenarios) throws IOException {
    List<Play> plays = new ArrayList<>();
    List<String> reports = new ArrayList<>();
    try {
      for (String scenario : scenarios) {
        plays.add(Play.of(scenario, folder.resolve(scenario)));
      }
      for (Play play : plays) {
        reports.add(play.report(devices));
      }
      return reports;
    } finally {
      plays.forEach(Play::close);
    }
  }

  /** A scenario that plays. */
  private record Play(BantamProcess run, Path folder) implements AutoCloseable {

    static Play of(String scenario, Path folder) {
      return new Play(ShortRun.start(scenario, folder), folder);
    }

    /** What {@code report.json} says, once it has come to its good end. */
    String report(int devices) throws IOException {
      assertThat(run.exitStatus(LIMIT)).as(run.toString()).isZero();
      assertThat(run.errors()).contains("devices: %d online".formatted(devices));
      String report = Files.readString(folder.resolve("report.json"));
      assertThat(JSON.readTree(report).path("ok").asBoolean()).as(report).isTrue();
      assertThat(JSON.readTree(report).at("/requests/lost").asInt(-1)).as(report).isZero();
      return report;
    }

    @Override
    public void close() {
      run.close();
    }
  }
}
