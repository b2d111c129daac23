package dev.bantam.simulator.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.simulator.app.ApplicationReport;
import dev.bantam.simulator.app.RequestCounts;
import dev.bantam.simulator.fault.FaultRecord;
import dev.bantam.simulator.scenario.Machine;
import dev.bantam.simulator.scenario.Scenario;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Devices that are processes, a real mosquitto, and faults: the accounts are exact, and nothing of
 * it is left afterwards. The devices are doubles that start in a moment.
 */
@Timeout(120)
class StageIT {

  @TempDir Path home;

  private final Vertx vertx = Vertx.vertx();
  private final List<String> said = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get();
    assertThat(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive)).isEmpty();
  }

  private Stage.Means means() {
    return new Stage.Means(
        Optional.empty(), DoomedSimulator.means(home).launcher(), said::add, () -> false);
  }

  private RunReport play(Scenario scenario) throws Exception {
    try (Stage stage = Stage.set(vertx, scenario, means())) {
      RunReport report =
          new ScenarioRun(
                  scenario,
                  RunOptions.quiet(1, Optional.empty()).withProcesses(stage::processes),
                  () -> false)
              .play(vertx, stage);
      for (ApplicationReport application : report.applications()) {
        RequestCounts counts = application.total();
        assertThat(counts.sent())
            .isEqualTo(counts.answered() + counts.refused() + counts.expired() + counts.lost());
      }
      return report;
    }
  }

  private static RequestCounts requests(RunReport report) {
    return report.applications().stream()
        .map(ApplicationReport::total)
        .reduce(RequestCounts.NONE, RequestCounts::plus);
  }

  @Test
  void shouldLoseNoRequestOfAFleetWhileTheBrokerIsKilledAndComesBack() throws Exception {
    RunReport report =
        play(
            ManagedScenario.of(
                """
                duration: 6s
                devices: [{id: gateway, count: 3, fleet: [line]}]
                applications:
                  - {id: panel, fleet: line, task: echo, request: {text: "{n}"}, rate: 40, again: 1s}
                  - {id: loop, fleet: line, task: echo, request: {text: "{n}"}, concurrency: 4, again: 1s}
                sensors: [{id: s, topic: "t/{id}", rate: 20, qos: 1, readings: {v: {kind: constant, value: 1}}}]
                faults: [{kind: broker-kill, at: 2s, for: 1s}]
                """));

    assertThat(report.ok()).as(report.fields().toString()).isTrue();
    assertThat(requests(report).answered()).isEqualTo(requests(report).sent()).isGreaterThan(300);
    assertThat(report.messages().acknowledged()).isEqualTo(120);
    assertThat(report.faults()).hasSize(1);
    FaultRecord fault = report.faults().get(0);
    assertThat(fault.problem()).isEmpty();
    assertThat(fault.beganSeconds()).isBetween(1.9, 4.0);
    assertThat(fault.mendedSeconds().orElseThrow()).isGreaterThan(fault.beganSeconds() + 0.9);
  }

  @Test
  void shouldCountExactlyWhenTheBrokerDiesAndNobodyAsksAgain() throws Exception {
    RunReport report =
        play(
            ManagedScenario.of(
                """
                duration: 4s
                devices: [{id: gateway, count: 2, fleet: [line]}]
                applications:
                  - {id: panel, fleet: line, task: echo, request: {text: "{n}"}, rate: 100, patience: 3s}
                faults: [{kind: broker-kill, at: 2s, for: 500ms}]
                """));

    assertThat(report.complete()).isTrue();
    assertThat(requests(report).sent()).isEqualTo(400);
  }

  @Test
  void shouldLoseNoRequestOfAFleetWhileDevicesDieFreezeAndComeBack() throws Exception {
    RunReport report =
        play(
            ManagedScenario.of(
                """
                duration: 8s
                devices: [{id: gateway, count: 3, fleet: [line]}]
                applications:
                  - {id: panel, fleet: line, task: echo, request: {text: "{n}"}, rate: 40}
                faults:
                  - {kind: device-kill, target: gateway-1, at: 1s, for: 1s}
                  - {kind: device-freeze, target: gateway-2, at: 4s, for: 2s}
                """));

    assertThat(report.ok()).as(report.fields().toString()).isTrue();
    assertThat(requests(report)).isEqualTo(new RequestCounts(320, 320, 0, 0, 0));
    assertThat(report.devices()).extracting(DeviceReport::starts).containsExactly(2, 1, 1);
    assertThat(report.devices()).allMatch(DeviceReport::alive);
    assertThat(report.faults())
        .extracting(FaultRecord::title)
        .containsExactly("device-kill of gateway-1", "device-freeze of gateway-2");
  }

  @Test
  void shouldBearABadNetwork() throws Exception {
    RunReport report =
        play(
            ManagedScenario.of(
                """
                duration: 9s
                devices: [{id: gateway, count: 2, fleet: [line]}]
                applications:
                  - {id: panel, fleet: line, task: echo, request: {text: "{n}"}, rate: 20}
                faults:
                  - {kind: network-cut, target: gateway-1, at: 1s, for: 1s}
                  - {kind: network-delay, target: devices, at: 3s, for: 1s, delay: 100ms}
                  - {kind: network-drop, at: 4500ms}
                  - {kind: network-loss, at: 5s, for: 1s, chance: 0.3, stall: 50ms}
                  - {kind: network-throttle, target: gateway-2, at: 6s, for: 1s, bytes_per_second: 2000}
                  - {kind: slow-consumer, target: applications, at: 7s, for: 1s, bytes_per_second: 2000}
                """));

    assertThat(report.ok()).as(report.fields().toString()).isTrue();
    assertThat(requests(report).answered()).isEqualTo(180);
    assertThat(report.latency().max()).isGreaterThan(200);
    assertThat(report.faults()).hasSize(6).allMatch(fault -> fault.problem().isEmpty());
  }

  @Test
  void shouldDamageAModelInTheDevicesOwnCopyOnlyAndRepairIt() throws Exception {
    Scenario scenario =
        ManagedScenario.of(
            """
            duration: 3s
            devices: [{id: gateway, models: [tiny]}]
            applications: [{id: panel, task: echo, request: {text: "{n}"}, rate: 10}]
            faults: [{kind: corrupt-model, target: gateway, at: 500ms, for: 1s}]
            """);

    RunReport report = play(scenario);

    assertThat(report.ok()).as(report.fields().toString()).isTrue();
    assertThat(report.devices()).extracting(DeviceReport::starts).containsExactly(3);
    assertThat(home.resolve("models/blobs/sha256/abc")).hasContent("x".repeat(1000));
  }

  @Test
  void shouldFillADisksAndLimitADeviceByControlGroupsWhereTheMachinePermitsIt() throws Exception {
    Assumptions.assumeTrue(Machine.here().noMount().isEmpty(), "needs root");
    RunReport report =
        play(
            ManagedScenario.of(
                """
                duration: 3s
                devices: [{id: gateway, disk: 4MiB, memory: 256MiB, cpus: 1.5, temperature: {kind: drift, start: 50, per_minute: 60}}]
                applications: [{id: panel, task: echo, request: {text: "{n}"}, rate: 10}]
                faults: [{kind: disk-full, target: gateway, at: 1s, for: 1s}]
                """));

    assertThat(report.ok()).as(report.fields().toString()).isTrue();
    assertThat(report.faults()).allMatch(fault -> fault.problem().isEmpty());
    assertThat(report.devices().get(0).limits()).containsAnyOf("cgroup v", "in-process");
    assertThat(said).anyMatch(text -> text.startsWith("device gateway: "));
    assertThat(Files.readString(Path.of("/proc/mounts"))).doesNotContain("bantam-sim");
    assertThat(groups()).isEmpty();
  }

  private static List<Path> groups() throws IOException {
    String own = "bantam-sim-" + ProcessHandle.current().pid();
    try (Stream<Path> all = Files.walk(Path.of("/sys/fs/cgroup"), 2)) {
      return all.filter(path -> String.valueOf(path.getFileName()).startsWith(own)).toList();
    }
  }

  @Test
  void shouldMendWhatIsWrongWhenTheRunIsStopped() throws Exception {
    Scenario scenario =
        ManagedScenario.of(
            """
            duration: 60s
            devices: [{id: gateway}]
            applications: [{id: panel, task: echo, request: {text: "{n}"}, rate: 10}]
            faults: [{kind: device-freeze, target: gateway, at: 500ms, for: 50s}]
            """);
    long end = System.nanoTime() + 20_000_000_000L;
    try (Stage stage = Stage.set(vertx, scenario, means())) {
      RunReport report =
          new ScenarioRun(
                  scenario,
                  RunOptions.quiet(1, Optional.empty()).withProcesses(stage::processes),
                  () -> !faults(stage).isEmpty() || System.nanoTime() - end > 0)
              .play(vertx, stage);

      assertThat(report.complete()).isFalse();
      assertThat(report.faults()).hasSize(1);
      assertThat(report.faults().get(0).mendedSeconds().orElseThrow()).isLessThan(20);
      assertThat(requests(report).lost()).isZero();
    }
  }

  private static List<FaultRecord> faults(Stage stage) {
    try {
      return stage.faults();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
