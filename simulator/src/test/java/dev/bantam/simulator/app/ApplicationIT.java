package dev.bantam.simulator.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.simulator.app.FakeDevice.Behaviour;
import dev.bantam.simulator.client.BrokerAccess;
import dev.bantam.simulator.run.RunOptions;
import dev.bantam.simulator.run.RunReport;
import dev.bantam.simulator.run.ScenarioRun;
import dev.bantam.simulator.run.Verdict;
import dev.bantam.simulator.scenario.Attachments;
import dev.bantam.simulator.scenario.Scenario;
import dev.bantam.simulator.scenario.ScenarioReader;
import dev.bantam.simulator.schedule.Request.Kind;
import dev.bantam.testkit.Mosquitto;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Applications over a real mosquitto against a device that is a double, good or bad. */
@Timeout(120)
class ApplicationIT {

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

  private static Scenario scenario(String application, String more) {
    String text =
        """
        format: 1
        name: x
        duration: %s
        applications:
          - {id: panel, task: echo, request: {text: "hello {n}"}, %s}
        %s
        """
            .formatted(application.contains("requests") ? "60s" : "2s", application, more);
    return new ScenarioReader()
        .read("x.yaml", text, Attachments.builtIn())
        .orElseThrow(IllegalArgumentException::new);
  }

  private RunReport play(Scenario scenario) throws Exception {
    RunOptions options = RunOptions.quiet(1, Optional.of("pi"));
    RunReport report =
        new ScenarioRun(scenario, options, () -> false).play(vertx, BrokerAccess.of(broker.url()));
    for (ApplicationReport application : report.applications()) {
      assertThat(application.total().waiting()).isZero();
    }
    return report;
  }

  private RunReport play(Behaviour behaviour, String application, String more) throws Exception {
    try (FakeDevice device = FakeDevice.start(vertx, broker.port(), "pi", behaviour)) {
      return play(scenario(application, more));
    }
  }

  @Test
  void shouldAskInAClosedLoopAndAccountForEveryRequest() throws Exception {
    RunReport report = play(Behaviour.GOOD, "concurrency: 4, clients: 2, requests: 300", "");

    assertThat(report.applications()).hasSize(1);
    assertThat(report.applications().get(0).total())
        .isEqualTo(new RequestCounts(300, 300, 0, 0, 0));
    assertThat(report.applications().get(0).latency().count()).isEqualTo(300);
    assertThat(report.applications().get(0).extraAnswers()).isZero();
    assertThat(report.ok()).isTrue();
  }

  @Test
  void shouldReportWhatALossyDeviceLosesAndFail() throws Exception {
    RunReport report =
        play(new Behaviour(10, 0, 1), "concurrency: 4, requests: 100, patience: 500ms", "");

    assertThat(report.applications().get(0).total())
        .isEqualTo(new RequestCounts(100, 90, 0, 0, 10));
    assertThat(report.ok()).isFalse();
    assertThat(report.verdicts().stream().filter(verdict -> !verdict.ok()).map(Verdict::name))
        .containsExactly("lost_requests");
  }

  @Test
  void shouldCountAnswersAfterTheDeadline() throws Exception {
    String late = "concurrency: 3, requests: 3, deadline: 1s";
    String expect = "expect: {at_most: {overdue_answers: 0}}";

    assertThat(play(new Behaviour(0, 2200, 1), late, expect).applications().get(0).overdueAnswers())
        .isEqualTo(3);
    assertThat(play(Behaviour.GOOD, late, expect).ok()).isTrue();
  }

  @Test
  void shouldMeasureAnOpenLoopFromTheTimeThatWasMeant() throws Exception {
    RunReport report =
        play(
            new Behaviour(0, 150, 1),
            "rate: 50, stream: true",
            "expect: {at_most: {lost_requests: 0, latency_p50: 100ms}, at_least: {answered_requests: 100}}");

    ApplicationReport application = report.applications().get(0);
    assertThat(application.total()).isEqualTo(new RequestCounts(100, 100, 0, 0, 0));
    assertThat(application.latency().p50()).isGreaterThanOrEqualTo(150);
    assertThat(application.firstPiece().count()).isEqualTo(100);
    assertThat(application.outOfOrder()).isZero();
    assertThat(report.verdicts()).extracting(Verdict::ok).containsExactly(true, false, true);
    assertThat(report.ok()).isFalse();
  }

  @Test
  void shouldSendWrongDuplicateAndCancelledRequests() throws Exception {
    RunReport report =
        play(
            new Behaviour(0, 1000, 1),
            "rate: 100, wrong: 0.3, duplicates: 0.3, cancelled: 0.3, cancel_after: 20ms",
            "");

    ApplicationReport application = report.applications().get(0);
    RequestCounts wrong = application.counts().get(Kind.WRONG);
    RequestCounts cancelled = application.counts().get(Kind.CANCELLED);
    RequestCounts plain = application.counts().get(Kind.PLAIN);
    assertThat(wrong.sent()).isBetween(30L, 90L).isEqualTo(wrong.refused());
    assertThat(cancelled.sent())
        .isBetween(30L, 90L)
        .isEqualTo(cancelled.refused() + cancelled.answered());
    assertThat(cancelled.refused()).isPositive();
    assertThat(plain.sent()).isEqualTo(plain.answered());
    assertThat(application.failures().keySet())
        .containsExactly("cancelled", "invalid_payload", "invalid_request", "unknown_task");
    assertThat(application.extraAnswers()).isZero();
    assertThat(report.ok()).isTrue();
  }

  @Test
  void shouldSpeakMqtt311() throws Exception {
    RunReport report =
        play(
            new Behaviour(0, 50, 1),
            "mqtt: '3.1.1', concurrency: 8, requests: 200, wrong: 0.2, cancelled: 0.2, cancel_after: 10ms, stream: true",
            "");

    ApplicationReport application = report.applications().get(0);
    assertThat(application.total().sent()).isEqualTo(200);
    assertThat(application.total().lost()).isZero();
    assertThat(application.counts().get(Kind.PLAIN).answered())
        .isEqualTo(application.counts().get(Kind.PLAIN).sent());
    assertThat(application.failures().keySet())
        .containsExactly("cancelled", "invalid_request", "unknown_task");
  }

  @Test
  void shouldLetSensorsAskAboutEachMessageWhatTheDeviceServes() throws Exception {
    String text =
        """
        format: 1
        name: x
        duration: 2s
        sensors:
          - id: tank
            count: 2
            rate: 10
            qos: 1
            readings: {level: {kind: constant, value: 7, unit: "%"}}
            asks:
              task: chat
              request: {prompt: "The level is {level}."}
              otherwise: {task: echo, request: {text: "The level is {level}."}}
        """;
    Scenario scenario =
        new ScenarioReader()
            .read("x.yaml", text, Attachments.builtIn())
            .orElseThrow(IllegalArgumentException::new);
    String hash;
    try (FakeDevice silent = FakeDevice.start(vertx, broker.port(), "pi", Behaviour.GOOD)) {
      RunReport report = play(scenario);

      assertThat(report.requests()).isEqualTo(new RequestCounts(40, 0, 40, 0, 0));
      hash = report.scheduleSha256();
    }
    try (FakeDevice device = FakeDevice.start(vertx, broker.port(), "pi", Behaviour.GOOD)) {
      device.say("{\"state\":\"online\",\"slots\":[{\"name\":\"a\",\"tasks\":[\"echo\"]}]}");

      RunReport report = play(scenario);

      assertThat(report.requests()).isEqualTo(new RequestCounts(40, 40, 0, 0, 0));
      assertThat(report.applications()).hasSize(1);
      assertThat(report.applications().get(0).application()).isEqualTo("tank");
      assertThat(report.messages().acknowledged()).isEqualTo(40);
      assertThat(report.scheduleSha256()).isEqualTo(hash);
    }
  }

  @Test
  void shouldNoticeAnswersThatComeTwice() throws Exception {
    RunReport report =
        play(
            new Behaviour(0, 0, 2),
            "concurrency: 1, requests: 20",
            "expect: {at_most: {extra_answers: 0}}");

    assertThat(report.applications().get(0).extraAnswers()).isGreaterThanOrEqualTo(19);
    assertThat(report.ok()).isFalse();
  }

  @Test
  void shouldCountAsRefusedWhatNobodyListensTo() throws Exception {
    RunReport report = play(scenario("concurrency: 1, requests: 5, patience: 5s", ""));

    assertThat(report.applications().get(0).total()).isEqualTo(new RequestCounts(5, 0, 5, 0, 0));
    assertThat(report.applications().get(0).failures()).containsEntry("no_device", 5L);
  }

  @Test
  void shouldStayExactWhenTheBrokerIsKilled() throws Exception {
    Scenario scenario = scenario("rate: 200, patience: 3s", "");
    try (FakeDevice device =
        FakeDevice.start(vertx, broker.port(), "pi", new Behaviour(0, 20, 1))) {
      vertx.setTimer(
          700,
          fired ->
              vertx.executeBlocking(
                  () -> {
                    broker.kill();
                    broker.restart();
                    return null;
                  }));

      RequestCounts total = play(scenario).applications().get(0).total();

      // The double does not come back: what it did not answer before is refused or lost.
      assertThat(total.sent()).isEqualTo(400);
      assertThat(total.answered()).isBetween(50L, 200L);
      assertThat(total.answered() + total.refused() + total.lost()).isEqualTo(400);
    }
  }
}
