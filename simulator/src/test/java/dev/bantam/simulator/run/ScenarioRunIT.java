package dev.bantam.simulator.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.simulator.client.BrokerAccess;
import dev.bantam.simulator.client.TaskClientException;
import dev.bantam.simulator.report.Reports;
import dev.bantam.simulator.scenario.Attachments;
import dev.bantam.simulator.scenario.Scenario;
import dev.bantam.simulator.scenario.ScenarioReader;
import dev.bantam.testkit.Eventually;
import dev.bantam.testkit.Mosquitto;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.MqttClientOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Scenarios over a real mosquitto. */
@Timeout(120)
class ScenarioRunIT {

  @TempDir Path folder;

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get();
  }

  private static Scenario scenario(String sources) {
    String head = "format: 1\nname: x\nseed: 4\n";
    return new ScenarioReader()
        .read("x.yaml", head + sources, Attachments.builtIn())
        .orElseThrow(IllegalArgumentException::new);
  }

  private RunReport play(Scenario scenario, Mosquitto broker, double speed) throws Exception {
    RunOptions options =
        RunOptions.quiet(speed, Optional.empty())
            .withTruthFile(Optional.of(folder.resolve("labels.jsonl")));
    return new ScenarioRun(scenario, options, () -> false)
        .play(vertx, BrokerAccess.of(broker.url()));
  }

  @Test
  void shouldSendEveryMessageOfTheScheduleOnce() throws Exception {
    Scenario scenario =
        scenario(
            """
            duration: 10s
            connections: 3
            sensors:
              - id: a
                count: 20
                topic: t/{id}
                rate: 5
                qos: 1
                readings: {v: {kind: constant, value: 1}}
                anomalies: [{label: odd, at: 2s, for: 4s, reading: v, kind: shift, by: 1, count: 1}]
              - {id: b, topic: "t/{id}", rate: 10, readings: {v: {kind: constant, value: 1}}}
              - {id: c, topic: "t/{id}", rate: 2, qos: 2, readings: {v: {kind: constant, value: 1}}}
            """);
    try (Mosquitto broker = Mosquitto.start(folder)) {
      Map<String, Integer> heard = listen(broker, MqttQoS.EXACTLY_ONCE);

      RunReport report = play(scenario, broker, 5);

      assertThat(report.messages()).isEqualTo(new MessageCounts(1120, 100, 1020, 0, 0));
      assertThat(report.ok()).isTrue();
      assertThat(report.scheduleSha256()).isEqualTo(DryRun.of(scenario).scheduleSha256());
      assertThat(report.labels()).isEqualTo(Map.of("odd", 20L));
      assertThat(Files.readAllLines(folder.resolve("labels.jsonl")))
          .hasSize(20)
          .allMatch(line -> line.contains("\"source\":\"a-01\"") && line.contains("odd"));
      assertThat(report.wall()).isGreaterThan(Duration.ofSeconds(2));
      assertThat(report.lag().maxMs()).isGreaterThanOrEqualTo(report.lag().medianMs());
      Eventually.await(
          "all messages are there",
          Duration.ofSeconds(10),
          () -> heard.values().stream().mapToInt(n -> n).sum() == 1120);
    }
  }

  @Test
  void shouldSampleTheRunSoThatColumnsAddUpToTheTotals() throws Exception {
    Scenario scenario =
        scenario(
            """
            duration: 3s
            sensors:
              - {id: a, topic: "t/{id}", rate: 50, qos: 1, readings: {v: {kind: constant, value: 1}}}
              - {id: b, topic: "t/{id}", rate: 20, readings: {v: {kind: constant, value: 1}}}
            """);
    RunOptions options =
        RunOptions.quiet(1, Optional.empty())
            .withProcesses(() -> List.of(new WatchedProcess("me", ProcessHandle.current().pid())));
    try (Mosquitto broker = Mosquitto.start(folder)) {
      MqttClient device = MqttClient.create(vertx);
      device.connect(broker.port(), "127.0.0.1").toCompletionStage().toCompletableFuture().get();
      say(
          device,
          "pi/status",
          "{\"state\":\"online\",\"slots\":[{\"name\":\"s\",\"model\":\"a:1\"}]}");
      vertx.setTimer(
          1000,
          fired -> {
            say(device, "pi/slot/s/reported", "{\"state\":\"LOADING\",\"active\":\"a:1\"}");
            say(device, "pi/slot/s/reported", "{\"state\":\"COMMITTED\",\"active\":\"a:2\"}");
            say(device, "pi/event", "{\"message\":\"too hot\"}");
            say(device, "pi/status", "{\"state\":\"offline\"}");
          });

      RunReport report =
          new ScenarioRun(scenario, options, () -> false)
              .play(vertx, BrokerAccess.of(broker.url()));

      assertThat(Reports.problems(report.allFields())).isEmpty();
      JsonNode all = new ObjectMapper().valueToTree(report.allFields());
      assertThat(all.at("/series/at_s").size()).isBetween(3, 14);
      assertThat(sum(all.at("/series/messages/scheduled"))).isEqualTo(210);
      assertThat(sum(all.at("/series/messages/sent"))).isEqualTo(60);
      assertThat(sum(all.at("/series/messages/acknowledged"))).isEqualTo(150);
      assertThat(all.at("/series/memory_mib/me/0").asDouble()).isGreaterThan(10);
      assertThat(report.timeline().marks())
          .extracting(Mark::text)
          .containsExactly(
              "pi, slot s is COMMITTED", "pi, slot s has a:2", "pi: too hot", "pi is offline");
      assertThat(report.timeline().marks()).allMatch(mark -> mark.atSeconds() > 0);
    }
  }

  private static void say(MqttClient device, String topic, String text) {
    device.publish(
        "bantam/v1/device/" + topic,
        Buffer.buffer(text),
        MqttQoS.AT_LEAST_ONCE,
        false,
        topic.endsWith("status"));
  }

  private static long sum(JsonNode column) {
    long sum = 0;
    for (JsonNode value : column) {
      sum += value.asLong();
    }
    return sum;
  }

  private Map<String, Integer> listen(Mosquitto broker, MqttQoS qos) throws Exception {
    Map<String, Integer> heard = new ConcurrentHashMap<>();
    // Vert.x takes 10 messages of QoS 2 at a time without it, and goes away where there are more.
    MqttClientOptions patient = new MqttClientOptions().setMaxInflightQueue(10_000);
    MqttClient listener = MqttClient.create(vertx, patient);
    listener.publishHandler(message -> heard.merge(message.topicName(), 1, Integer::sum));
    Promise<Void> listens = Promise.promise();
    listener.subscribeCompletionHandler(ack -> listens.tryComplete());
    listener
        .connect(broker.port(), "127.0.0.1")
        .compose(ack -> listener.subscribe("t/#", qos.value()))
        .compose(packet -> listens.future())
        .toCompletionStage()
        .toCompletableFuture()
        .get();
    return heard;
  }

  @Test
  void shouldLoseNothingOfQos1OverAKilledBrokerAndSayWhatOfQos0WasDropped() throws Exception {
    Scenario scenario =
        scenario(
            """
            duration: 5s
            sensors:
              - {id: a, topic: "t/{id}", rate: 200, qos: 1, readings: {v: {kind: constant, value: 1}}}
              - {id: b, topic: "t/{id}", rate: 100, readings: {v: {kind: constant, value: 1}}}
            """);
    try (Mosquitto broker = Mosquitto.start(folder)) {
      vertx.setTimer(
          1500,
          fired ->
              vertx.executeBlocking(
                  () -> {
                    broker.kill();
                    Thread.sleep(500);
                    broker.restart();
                    return null;
                  }));

      MessageCounts messages = play(scenario, broker, 1).messages();

      assertThat(messages.scheduled()).isEqualTo(1500);
      assertThat(messages.acknowledged()).isEqualTo(1000);
      assertThat(messages.dropped()).isBetween(10L, 300L);
      assertThat(messages.sent()).isEqualTo(500 - messages.dropped());
      assertThat(messages.unacknowledged()).isZero();
    }
  }

  @Test
  void shouldSayWhatTheBrokerNeverTook() throws Exception {
    Scenario scenario =
        scenario(
            "duration: 2s\nsensors: [{id: a, rate: 100, qos: 1, readings: {v: {kind: constant, value: 1}}}]\n");
    try (Mosquitto broker = Mosquitto.start(folder)) {
      vertx.setTimer(1000, fired -> vertx.executeBlocking(() -> kill(broker)));

      RunReport report = play(scenario, broker, 1);

      MessageCounts messages = report.messages();
      assertThat(messages.unacknowledged()).isPositive();
      assertThat(messages.acknowledged() + messages.unacknowledged()).isEqualTo(200);
      assertThat(report.ok()).isFalse();
    }
  }

  private static Void kill(Mosquitto broker) {
    broker.kill();
    return null;
  }

  @Test
  void shouldEndWhenItIsStopped() throws Exception {
    Scenario scenario = new ScenarioReader().builtIn("boiler-room");
    AtomicBoolean stopped = new AtomicBoolean();
    vertx.setTimer(500, fired -> stopped.set(true));
    RunOptions options = RunOptions.quiet(1, Optional.of("nobody"));
    try (Mosquitto broker = Mosquitto.start(folder)) {
      RunReport report =
          new ScenarioRun(scenario, options, stopped::get)
              .play(vertx, BrokerAccess.of(broker.url()));

      assertThat(report.complete()).isFalse();
      assertThat(report.ok()).isFalse();
      assertThat(report.messages().scheduled()).isPositive();
    }
  }

  @Test
  void shouldSayThatThereIsNoBroker() {
    Scenario scenario = new ScenarioReader().builtIn("demo");
    RunOptions options = RunOptions.quiet(1, Optional.of("nobody"));

    assertThatThrownBy(
            () ->
                new ScenarioRun(scenario, options, () -> false)
                    .play(vertx, BrokerAccess.of("mqtt://127.0.0.1:1")))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(TaskClientException.class)
        .hasMessageContaining("127.0.0.1:1");
  }
}
