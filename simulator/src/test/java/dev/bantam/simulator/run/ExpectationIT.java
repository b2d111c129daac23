package dev.bantam.simulator.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.simulator.app.FakeDevice;
import dev.bantam.simulator.app.FakeDevice.Behaviour;
import dev.bantam.simulator.client.BrokerAccess;
import dev.bantam.simulator.report.Reports;
import dev.bantam.simulator.scenario.Attachments;
import dev.bantam.simulator.scenario.Expectations.Metric;
import dev.bantam.simulator.scenario.Scenario;
import dev.bantam.simulator.scenario.ScenarioReader;
import dev.bantam.testkit.Mosquitto;
import io.vertx.core.Vertx;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Everything that can be expected: against doubles of which it holds, and of which it does not. */
@Timeout(120)
class ExpectationIT {

  private static final Set<Metric> WITHOUT_SWAPS =
      EnumSet.range(Metric.LOST_MESSAGES, Metric.OVERDUE_ANSWERS);

  private static final String SCENARIO =
      """
      format: 1
      name: x
      duration: 4s
      sensors:
        - id: s
          count: 2
          topic: t/{id}
          rate: 20
          qos: 1
          readings: {v: {kind: constant, value: 1}}
          anomalies: [{label: leak, at: 1s, for: 1s, reading: v, kind: shift, by: 1000, count: 1}]
      applications:
        - {id: panel, task: echo, request: {text: "hello {n}"}, stream: true, patience: 1s, %s}
      expect:
        at_most: {%s}
        at_least: {%s}
        detections:
          - {id: alarms, topic: alarms/+, labels: [leak], source: sensor, when: {field: kind, is: [leak]}, within: 2s}
      """;

  @TempDir Path folder;

  private final Vertx vertx = Vertx.vertx();
  private Mosquitto broker;

  @BeforeEach
  void start() {
    broker = Mosquitto.start(folder);
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get();
    broker.close();
  }

  private RunReport play(Behaviour behaviour, String loop, String atMost, String atLeast)
      throws Exception {
    Scenario scenario =
        new ScenarioReader()
            .read("x.yaml", SCENARIO.formatted(loop, atMost, atLeast), Attachments.builtIn())
            .orElseThrow(IllegalArgumentException::new);
    RunOptions options =
        RunOptions.quiet(1, Optional.of("pi"))
            .withProcesses(
                () -> List.of(new WatchedProcess("tests", ProcessHandle.current().pid())));
    try (FakeDevice device = FakeDevice.start(vertx, broker.port(), "pi", behaviour)) {
      RunReport report =
          new ScenarioRun(scenario, options, () -> false)
              .play(vertx, BrokerAccess.of(broker.url()));
      assertThat(Reports.problems(report.allFields())).isEmpty();
      return report;
    }
  }

  private static Set<Metric> metrics(RunReport report, boolean ok) {
    return report.verdicts().stream()
        .filter(verdict -> verdict.ok() == ok)
        .map(Verdict::metric)
        .collect(Collectors.toSet());
  }

  @Test
  void shouldHoldOfAGoodDevice() throws Exception {
    FakeDetector.start(vertx, broker.port(), true);

    RunReport report =
        play(
            new Behaviour(0, 5, 1),
            "concurrency: 1, requests: 50",
            """
            lost_messages: 0, refused_requests: 0, expired_requests: 0, lost_requests: 0, extra_answers: 0,
                late_answers: 0, overtaken_answers: 0, out_of_order: 0, latency_p50: 20s, latency_p90: 20s,
                latency_p99: 20s, latency_max: 20s, lag_p99: 20s, memory_growth: 1GB,
                memory_ratio: 100, wrongly_cancelled: 0, refused_without_hint: 0, overdue_answers: 0""",
            """
            messages_per_second: 5, sent_requests: 50, answered_requests: 50, answers_per_second: 2,
                precision: 1, recall: 1, f1: 1""");

    assertThat(metrics(report, false)).isEmpty();
    assertThat(metrics(report, true)).containsExactlyInAnyOrderElementsOf(WITHOUT_SWAPS);
    assertThat(report.detections().get(0).anomalies()).isEqualTo(1);
    assertThat(report.ok()).isTrue();
  }

  @Test
  void shouldFailOfABadDevice() throws Exception {
    FakeDetector.start(vertx, broker.port(), false);
    ByteBuffer[] leak = {ByteBuffer.allocateDirect(1)};
    vertx.setTimer(2700, fired -> leak[0] = touched(128 << 20));

    RunReport report =
        play(
            new Behaviour(7, 1500, 2, true),
            "rate: 40, wrong: 0.1",
            """
            refused_requests: 0, expired_requests: 0, lost_requests: 0, extra_answers: 0,
                late_answers: 0, overtaken_answers: 0, out_of_order: 0, latency_p50: 1ms, latency_p90: 1ms,
                latency_p99: 1ms, latency_max: 1ms, memory_growth: 20MiB,
                memory_ratio: 1.05, wrongly_cancelled: 0, refused_without_hint: 0""",
            """
            messages_per_second: 999, sent_requests: 999, answered_requests: 999, answers_per_second: 999,
                precision: 0.1, recall: 0.1, f1: 0.1, lag_p99: 1h""");

    assertThat(leak[0].capacity()).isEqualTo(128 << 20);
    assertThat(metrics(report, true)).isEmpty();
    // That a lost message is seen is in ScenarioRunIT.
    assertThat(metrics(report, false))
        .containsExactlyInAnyOrderElementsOf(
            EnumSet.range(Metric.MESSAGES_PER_SECOND, Metric.REFUSED_WITHOUT_HINT));
    assertThat(report.ok()).isFalse();
  }

  /** Memory that is resident, for it has been written to. */
  private static ByteBuffer touched(int bytes) {
    ByteBuffer memory = ByteBuffer.allocateDirect(bytes);
    for (int i = 0; i < bytes; i += 1024) {
      memory.put(i, (byte) 1);
    }
    return memory;
  }

  private RunReport playLine(String atMost, String by) throws Exception {
    Files.writeString(
        folder.resolve("line.jsonl"),
        """
        {"part": "a", "n": 1, "ts": "2026-01-05T06:00:01Z"}
        {"part": "b", "n": 7, "ts": "2026-01-05T06:00:02Z"}
        {"part": "a", "n": 2, "ts": "2026-01-05T06:00:03.5Z"}
        {"part": "a", "n": 2, "ts": "2026-01-05T06:00:03Z"}
        {"part": "b", "n": 8, "ts": "2026-01-05T07:00:05+01:00"}
        {"part": "b", "n": 9}
        """);
    String text =
        """
        format: 1
        name: x
        duration: 1s
        replays: [{id: line, file: line.jsonl, topic: line/state, qos: 1, every: 20ms}]
        expect:
          at_most: {%s}
          order: [{id: line, topic: line/+, %s}, {id: all, topic: "line/#", by: n, each: part}]
        """
            .formatted(atMost, by);
    Scenario scenario =
        new ScenarioReader()
            .read("x.yaml", text, Attachments.in(folder))
            .orElseThrow(IllegalArgumentException::new);
    RunReport report =
        new ScenarioRun(scenario, RunOptions.quiet(1, Optional.empty()), () -> false)
            .play(vertx, BrokerAccess.of(broker.url()));
    assertThat(Reports.problems(report.allFields())).isEmpty();
    return report;
  }

  @Test
  void shouldFailWhereMessagesOfATopicDoNotComeInTheirOrder() throws Exception {
    RunReport apart = playLine("out_of_order: 0", "by: n, each: part");
    assertThat(apart.orders())
        .containsExactly(new OrderReport("line", 6, 0, 0), new OrderReport("all", 6, 0, 0));
    assertThat(apart.ok()).isTrue();

    RunReport together = playLine("out_of_order: 1", "by: n");
    assertThat(together.orders().get(0)).isEqualTo(new OrderReport("line", 6, 2, 0));
    assertThat(together.ok()).isFalse();

    RunReport byTime = playLine("out_of_order: 1", "by: ts");
    assertThat(byTime.orders().get(0)).isEqualTo(new OrderReport("line", 6, 1, 1));
    assertThat(byTime.ok()).isTrue();

    RunReport misspelt = playLine("out_of_order: 0", "by: nn");
    assertThat(misspelt.orders().get(0)).isEqualTo(new OrderReport("line", 6, 0, 6));
    assertThat(misspelt.ok()).isFalse();
  }

  @Test
  void shouldListenToTheWidestOfItsFilters() {
    assertThat(Observer.widest(List.of("a/+", "a/b", "b/#", "b/+/c", "a/+", "c")))
        .containsExactly("a/+", "b/#", "c");
    assertThat(Observer.widest(List.of("a/+", "a/#", "a/+/#", "a", "+/b")))
        .containsExactly("a/#", "+/b");
  }

  @Test
  void shouldFailWhereNothingCouldBeMeasured() throws Exception {
    RunReport report =
        play(
            new Behaviour(1, 0, 1),
            "concurrency: 1, requests: 1",
            "latency_p99: 1h, out_of_order: 0",
            "precision: 0");

    assertThat(metrics(report, false))
        .containsExactlyInAnyOrder(Metric.LATENCY_P99, Metric.PRECISION);
    assertThat(report.verdicts())
        .filteredOn(verdict -> !verdict.ok())
        .allMatch(verdict -> verdict.found().isEmpty());
  }
}
