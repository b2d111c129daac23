package dev.bantam.simulator.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.simulator.app.FakeDevice.Behaviour;
import dev.bantam.simulator.client.BrokerAccess;
import dev.bantam.simulator.client.TaskResult;
import dev.bantam.simulator.run.RunOptions;
import dev.bantam.simulator.run.RunReport;
import dev.bantam.simulator.run.ScenarioRun;
import dev.bantam.simulator.scenario.Attachments;
import dev.bantam.simulator.scenario.Scenario;
import dev.bantam.simulator.scenario.ScenarioReader;
import dev.bantam.simulator.schedule.Request;
import dev.bantam.testkit.Mosquitto;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What somebody is told who follows the questions of sensors, over a real mosquitto. */
@Timeout(120)
class RequestListenerIT {

  @TempDir Path folder;

  private final Vertx vertx = Vertx.vertx();
  private final Diary diary = new Diary();
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

  /** Writes down what it is told. */
  private static final class Diary implements RequestListener {
    final List<String> lines = new CopyOnWriteArrayList<>();
    final List<TaskResult> results = new CopyOnWriteArrayList<>();

    private static Request.Measured measured(Request request) {
      return request
          .about()
          .orElseGet(() -> new Request.Measured(request.application(), "", Map.of()));
    }

    private void add(Request request, String what) {
      lines.add(measured(request).sensor() + " " + what);
    }

    @Override
    public void asked(Request request) {
      add(request, request.task() + " " + measured(request).readings());
    }

    @Override
    public void text(Request request, String piece) {
      add(request, piece);
    }

    @Override
    public void ended(Request request, TaskResult result) {
      results.add(result);
      add(request, result instanceof TaskResult.Answered answered ? answered.text() : "refused");
    }

    @Override
    public void lost(Request request) {
      add(request, "lost");
    }
  }

  private static Scenario scenario(String asks) {
    String text =
        """
        format: 1
        name: x
        duration: 1ms
        sensors:
          - id: tank
            count: 1
            every: 1s
            readings: {level: {kind: constant, value: 7, unit: "%%"}}
            asks: %s
          - id: pump
            every: 1s
            readings: {speed: {kind: constant, value: 2}}
            asks: %s
        """
            .formatted(asks, asks);
    return new ScenarioReader()
        .read("x.yaml", text, Attachments.builtIn())
        .orElseThrow(IllegalArgumentException::new);
  }

  private RunReport play(Scenario scenario, Behaviour behaviour, Set<String> tasks)
      throws Exception {
    RunOptions options =
        RunOptions.quiet(1, Optional.of("pi")).withTasks(tasks).withListener(diary);
    try (FakeDevice device = FakeDevice.start(vertx, broker.port(), "pi", behaviour)) {
      return new ScenarioRun(scenario, options, () -> false)
          .play(vertx, BrokerAccess.of(broker.url()));
    }
  }

  @Test
  void shouldHearOneAfterTheOtherWhereSensorsAskInTurn() throws Exception {
    RunReport report =
        play(
            scenario("{in_turn: true, task: echo, request: {text: hello}}"),
            new Behaviour(0, 100, 1),
            Set.of("echo"));

    assertThat(report.requests()).isEqualTo(new RequestCounts(2, 2, 0, 0, 0));
    assertThat(report.ok()).isTrue();
    assertThat(diary.lines)
        .containsExactly(
            "tank echo {level=7.0 %}",
            "tank hello",
            "tank hello",
            "tank hello",
            "tank hello",
            "pump echo {speed=2.0}",
            "pump hello",
            "pump hello",
            "pump hello",
            "pump hello");
    TaskResult.Answered first = (TaskResult.Answered) diary.results.get(0);
    assertThat(first.firstTokenMs()).isBetween(100.0, first.totalMs());
  }

  @Test
  void shouldAskOtherwiseWhereItIsSaidThatTheDeviceLacksTheTask() throws Exception {
    Scenario scenario =
        scenario(
            "{in_turn: true, task: chat, request: {prompt: x}, otherwise: {task: echo, request: {text: well}}}");

    RunReport report = play(scenario, Behaviour.GOOD, Set.of("echo"));

    assertThat(report.requests().answered()).isEqualTo(2);
    assertThat(diary.lines.get(0)).startsWith("tank echo");
  }

  @Test
  void shouldTellRefusals() throws Exception {
    RunReport refused =
        play(scenario("{task: chat, request: {prompt: x}}"), Behaviour.GOOD, Set.of());
    assertThat(refused.requests().refused()).isEqualTo(2);
    assertThat(((TaskResult.Refused) diary.results.get(0)).code()).isEqualTo("unknown_task");
  }

  @Test
  void shouldTellThatAnAnswerIsNotWaitedForAnyMore() throws Exception {
    String text =
        """
        format: 1
        name: x
        duration: 1ms
        applications:
          - {id: panel, task: echo, request: {text: hello}, rate: 1, patience: 300ms}
        """;
    Scenario scenario =
        new ScenarioReader()
            .read("x.yaml", text, Attachments.builtIn())
            .orElseThrow(IllegalArgumentException::new);

    RunReport report = play(scenario, new Behaviour(1, 0, 1), Set.of());

    assertThat(report.requests()).isEqualTo(new RequestCounts(1, 0, 0, 0, 1));
    assertThat(diary.lines).containsExactly("panel echo {}", "panel lost");
  }

  @Test
  void shouldHearTheAnswerThatComesSoonAfterTheRunIsStoppedAndNoFurtherQuestion() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    vertx.setPeriodic(20, fired -> stop.set(!diary.lines.isEmpty()));
    RunOptions options = RunOptions.quiet(1, Optional.of("pi")).withListener(diary);
    try (FakeDevice device =
        FakeDevice.start(vertx, broker.port(), "pi", new Behaviour(0, 1000, 1))) {
      RunReport report =
          new ScenarioRun(
                  scenario("{in_turn: true, task: echo, request: {text: hello}}"),
                  options,
                  stop::get)
              .play(vertx, BrokerAccess.of(broker.url()));

      assertThat(report.complete()).isFalse();
      assertThat(report.requests()).isEqualTo(new RequestCounts(1, 1, 0, 0, 0));
      assertThat(diary.lines).startsWith("tank echo {level=7.0 %}").endsWith("tank hello");
    }
  }
}
