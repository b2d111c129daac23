package dev.bantam.simulator.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.documents.ReadResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScenarioReaderTest {

  @TempDir Path folder;

  private final ScenarioReader reader = new ScenarioReader();

  private String report(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("x.yaml"), text);
    ReadResult<Scenario> result = reader.read(file);
    assertThat(result).isInstanceOf(ReadResult.Invalid.class);
    return ((ReadResult.Invalid<Scenario>) result).report().replace(folder + "/", "");
  }

  private Scenario valid(String text) {
    return reader
        .read("x.yaml", text, Attachments.in(folder))
        .orElseThrow(IllegalArgumentException::new);
  }

  static List<String> names() {
    return BuiltIn.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldReadWhatComesWithTheSimulator(String name) {
    Scenario scenario = reader.builtIn(name);

    assertThat(scenario.name()).isEqualTo(name);
    assertThat(scenario.summary()).isNotEmpty().doesNotContain("\n");
    boolean endsWithItsSwaps = !scenario.swapPlan().swaps().isEmpty();
    assertThat(scenario.shortDuration())
        .isLessThan(endsWithItsSwaps ? Duration.ofMinutes(10) : Duration.ofMinutes(1));
  }

  @Test
  void shouldTakeTheSmallestScenario() {
    Scenario scenario =
        valid(
            """
            format: 1
            name: small
            duration: 1m
            sensors:
              - {id: a, rate: 2, readings: {value: {kind: constant, value: 1}}}
            """);

    assertThat(scenario.sensors().get(0).pace().interval()).isEqualTo(Duration.ofMillis(500));
    assertThat(scenario.shortened().duration()).isEqualTo(Duration.ofSeconds(10));
    assertThat(scenario.withSeed(7).seed()).isEqualTo(7);
  }

  @Test
  void shouldReportEveryProblemWithItsLineAndWhatIsRight() throws IOException {
    String report =
        report(
            """
            format: 1
            name: wrong
            duration: 1m
            colour: red
            sensors:
              - id: a
                rate: -2
                qos: 3
                form: tasmotta
                readings:
                  temperature: {kind: drif, start: 1}
                  pressure: {kind: drift, start: 1, per_minut: 2}
                  level: {kind: ramp, start: 9, per_minute: 1, low: 5, high: 2}
                  flow: {kind: follow, group: watr, with: [{kind: noise, deviation: -1}, {kind: spikes, chance: 2, height: 1}]}
                anomalies:
                  - {label: x, at: 1m, for: 1m, every: 10s, reading: presure, kind: shift, by: 1, count: 2}
                asks: {task: chat, request: {prompt: "It is {temprature}"}}
              - id: a
                topic: plant/{name}
                readings: {v: {kind: constant, value: high}}
            logs:
              - {id: b, every: 1s, rate: 1, templates: [{text: "by {persn}"}], words: {person: [me]}}
            replays:
              - {id: c, file: missing.csv, every: 1s}
              - {id: d, file: data.xls, every: 1s}
            groups:
              water: {kind: constant, value: 1, with: [{kind: follow, group: water}]}
            """);

    assertThat(report.lines())
        .anySatisfy(line -> assertThat(line).startsWith("x.yaml:4: colour: unknown key; "))
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("x.yaml:7: sensors[0].rate: must be a number above 0")
                    .endsWith("but it is -2"))
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains("x.yaml:8: sensors[0].qos: \"3\" is not known", "0, 1, 2"))
        .anySatisfy(
            line -> assertThat(line).contains("x.yaml:9: sensors[0].form: ", "mean \"tasmota\"?"))
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains(
                        "x.yaml:11: sensors[0].readings.temperature.kind: ",
                        "did you mean \"drift\"?",
                        "daily-cycle"))
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains(
                        "x.yaml:12: sensors[0].readings.pressure.per_minut: unknown key",
                        "mean \"per_minute\"?"))
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains("x.yaml:12: sensors[0].readings.pressure: \"per_minute\" is missing"))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:13: ", "low: must be below high"))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:14: ", "mean \"water\"?"))
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains("x.yaml:14: ", "with[0].deviation: must be a number of at least 0"))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:14: ", "chance: must be", "0 to 1"))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:16: ", "mean \"pressure\"?"))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:16: ", "every: must not be less"))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:16: ", "count is 1"))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:17: ", "mean \"temperature\"?"))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:18: ", "\"a\" is there twice"))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:18: ", "give every or rate"))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:19: ", "a topic knows no {name}"))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:20: ", "value: must be a number"))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:22: ", "rate: every says it already"))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:22: ", "{persn}", "\"person\"?"))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:24: ", "no file \"missing.csv\""))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:25: ", ".csv, .jsonl"))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:27: ", "cannot follow a group"));
  }

  @Test
  void shouldSayWhenThereIsNothingToPlayOrTheDateIsNone() throws IOException {
    assertThat(report("format: 1\nname: x\nduration: 1m\nstarts: 2026-13-01T00:00:00Z\n"))
        .contains("nothing to play")
        .contains("x.yaml:4: starts: ", "no date and time");
  }

  @Test
  void shouldReportWhatCannotBeExpected() throws IOException {
    String report =
        report(
            """
            format: 1
            name: x
            duration: 1m
            sensors:
              - {id: a, rate: 1, readings: {v: {kind: constant, value: 1}}, anomalies: [{label: leak, at: 1s, for: 1s, reading: v, kind: shift, by: 1}]}
            expect:
              at_most: {lost_mesages: 0, latency_p99: 5, lost_requests: -1, memory_growth: much}
              at_least: {recall: 1.5, answers_per_second: -2}
              detections:
                - {id: a, topic: "alarms/#/x", labels: [leek], within: soon}
                - {id: a, topic: alarms, when: {field: kind}}
            """);

    assertThat(report.lines())
        .anySatisfy(line -> assertThat(line).contains("x.yaml:7: ", "mean \"lost_messages\"?"))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:7: ", "latency_p99: must be"))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:7: ", "lost_requests: must be"))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:7: ", "memory_growth: must be"))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:8: ", "recall: must be", "0 to 1"))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:8: ", "answers_per_second: must be"))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:10: ", "\"alarms/#/x\" is no topic"))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:10: ", "mean \"leak\"?"))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:10: ", "within: must be"))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:11: ", "\"a\" is there twice"))
        .anySatisfy(line -> assertThat(line).contains("x.yaml:11: ", "\"is\" is missing"));
    assertThat(
            report(
                "format: 1\nname: x\nduration: 1m\nsensors: [{id: a, rate: 1, readings: {v: {kind: constant, value: 1}}}]\nexpect: {at_least: {f1: 1}}\n"))
        .contains("x.yaml:5: ", "f1: nothing is detected");
  }

  @Test
  void shouldReportTheLineOfARecordedFileThatIsWrong() throws IOException {
    Files.writeString(folder.resolve("a.csv"), "t,v\n0,1\n2,2\n1,3\n");
    Files.writeString(folder.resolve("b.csv"), "t,v\n0,1\nx,2\n");
    Files.writeString(folder.resolve("c.jsonl"), "{\"t\":0}\n{\"t\":\n");
    Files.writeString(folder.resolve("d.csv"), "t,v\n0,1,2,3\n");
    Files.writeString(folder.resolve("e.csv"), "t,v\n");
    Files.writeString(folder.resolve("f.csv"), "v\n1\n");

    String report =
        report(
            """
            format: 1
            name: x
            duration: 1m
            replays:
              - {id: a, file: a.csv, time: {field: t}}
              - {id: b, file: b.csv, time: {field: t}}
              - {id: c, file: c.jsonl, time: {field: t}}
              - {id: d, file: d.csv, every: 1s}
              - {id: e, file: e.csv, every: 1s}
              - {id: f, file: f.csv, time: {field: t}}
            """);

    assertThat(report)
        .contains("a.csv:4: the time goes back")
        .contains("b.csv:3: t: \"x\" is no number")
        .containsPattern("c.jsonl:\\d: ")
        .containsPattern("d.csv:2: ")
        .contains("x.yaml:9: ", "has no rows")
        .contains("f.csv:2: the row has no t");
  }
}
