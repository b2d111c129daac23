package dev.bantam.simulator.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.documents.ReadResult;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SetupChecksTest {

  private static final Machine PLAIN = new Machine(Optional.of("it needs root"));

  private static List<String> report(Machine machine, String text) {
    ReadResult<Scenario> result =
        new ScenarioReader(machine).read("x.yaml", text, Attachments.builtIn());
    assertThat(result).isInstanceOf(ReadResult.Invalid.class);
    return ((ReadResult.Invalid<Scenario>) result).report().lines().toList();
  }

  @Test
  void shouldReportEveryProblemOfDevicesAndFaultsWithItsLine() {
    List<String> report =
        report(
            PLAIN,
            """
            format: 1
            name: wrong
            duration: 1m
            devices:
              - {id: pi, count: 2, memroy: 1GiB, cpus: -1}
              - {id: pi-2, disk: 8MiB, profile: missing.yaml}
            applications:
              - {id: panel, task: echo, request: {text: hi}, rate: 1}
              - {id: wall, fleet: lime, mqtt: "3.1.1", task: echo, request: {text: hi}, rate: 1}
            faults:
              - {kind: device-kil, target: pi-1, at: 5s, for: 2s}
              - {kind: device-kill, target: pi-9, at: 5s, for: 2s}
              - {kind: device-kill, at: -5s, for: 2s}
              - {kind: broker-kill, at: 70s, for: 2s}
              - {kind: network-cut, target: pannel, at: 5s, for: 2s}
              - {kind: network-delay, at: 5s, for: 2s, chance: 0.5}
              - {kind: disk-full, target: pi-1, at: 5s, for: 2s}
              - {kind: corrupt-model, target: pi-1, at: 5s, for: 2s}
              - {kind: network-drop, at: 5s, for: 2s}
              - {kind: device-freeze, target: pi-1, at: 5s}
              - {draw: {count: 9, kinds: [device-kill, disk-full, fire], within: 10s, for: 5s}}
            """);

    assertThat(report)
        .anySatisfy(
            line -> assertThat(line).contains("x.yaml:5: devices[0].memroy: unknown key", "memory"))
        .anySatisfy(
            line ->
                assertThat(line).contains("x.yaml:5: devices[0].cpus: must be a number above 0"))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:6: ", "\"pi-2\" is there twice"))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:6: devices[1].disk: it needs root"))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:6: ", "missing.yaml"))
        .anySatisfy(
            line -> assertThat(line).contains("x.yaml:8: ", "whom it asks", "pi-1, pi-2", "fleet"))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:9: ", "no device is in the group"))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:9: ", "3.1.1"))
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains("x.yaml:11: faults[0].kind: ", "did you mean \"device-kill\"?"))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:12: ", "no device \"pi-9\""))
        .anySatisfy(
            line ->
                assertThat(line).contains("x.yaml:13: faults[2].at: must be", "but it is \"-5s\""))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:13: ", "give target"))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:14: ", "add broker: managed"))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:14: ", "before the scenario's end"))
        .anySatisfy(
            line -> assertThat(line).contains("x.yaml:15: ", "\"pannel\"; did you mean \"panel\"?"))
        .anySatisfy(
            line -> assertThat(line).contains("x.yaml:16: faults[5].chance: unknown key", "delay"))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:17: ", "by disk"))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:17: ", "it needs root"))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:18: ", "models"))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:19: faults[8].for: unknown key"))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:20: ", "for"))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:21: ", "\"fire\""))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:21: ", "must not overlap"));
  }

  @Test
  void shouldNotLetTwoFaultsOfAKindHitTheSameAtOnce() {
    List<String> report =
        report(
            Machine.PERMITS_ALL,
            """
            format: 1
            name: wrong
            duration: 1m
            devices: [{id: pi}]
            applications: [{id: panel, task: echo, request: {text: hi}, rate: 1}]
            faults:
              - {kind: device-kill, target: pi, at: 5s, for: 5s}
              - {kind: device-freeze, target: pi, at: 5s, for: 5s}
              - {kind: device-kill, target: pi, at: 10s, for: 5s}
              - {kind: device-kill, target: pi, at: 8s, for: 1s}
            """);

    assertThat(report).hasSize(1);
    assertThat(report.get(0)).contains("x.yaml:10: faults[3].at: another fault of this kind");
  }

  @Test
  void shouldTakeWhatNeedsRootWhereThereIsRoot() {
    Scenario scenario =
        new ScenarioReader(Machine.PERMITS_ALL)
            .read(
                "x.yaml",
                """
                format: 1
                name: full
                duration: 1m
                devices: [{id: pi, count: 2, disk: 16MiB, memory: 256MiB, cpus: 0.5}]
                applications:
                  - {id: panel, device: pi-2, task: echo, request: {text: hi}, rate: 1}
                faults: [{kind: disk-full, target: pi-2, at: 5s, for: 5s}]
                """,
                Attachments.builtIn())
            .orElseThrow(IllegalArgumentException::new);

    assertThat(scenario.setup().devices())
        .extracting(DeviceSpec::id)
        .containsExactly("pi-1", "pi-2");
    assertThat(scenario.setup().devices().get(1).diskBytes()).contains(16L * 1024 * 1024);
    assertThat(scenario.setup().needsLinks()).isFalse();
    assertThat(scenario.shortened().setup()).isEqualTo(scenario.setup());
  }
}
