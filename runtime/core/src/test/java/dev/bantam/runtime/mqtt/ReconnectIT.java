package dev.bantam.runtime.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.runtime.dispatch.IncomingRequest;
import dev.bantam.testkit.Eventually;
import dev.bantam.testkit.Mosquitto;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a killed, restarted or late broker does to requests and status. */
class ReconnectIT {

  private static final String BASE = "bantam/v1/device/gw-1";
  private static final String ANSWER = BASE + "/answer/me/hold";
  private static final String HOLD = BASE + "/task/hold";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path folder;

  @Test
  void shouldAnswerEveryRequestOfAKilledBrokerAndExecuteNoneTwice() throws Exception {
    try (Mosquitto broker = Mosquitto.start(folder);
        GatewayFixture fixture = GatewayFixture.start(broker.url())) {
      // Given: 20 requests, of which the slot takes 8 at a time
      try (TestClient client = TestClient.connect(broker.url())) {
        for (int i = 0; i < 20; i++) {
          client.ask(HOLD, "p" + i, ANSWER, "c" + i);
        }
        letBrokerSave(client);
      }
      Eventually.await("eight at work", LIMIT, () -> fixture.handler.held() >= 8);

      // When: the answers of some are made while the broker is dead
      broker.kill();
      Eventually.await("noticed", LIMIT, () -> !fixture.connected());
      fixture.handler.release(fixture.context);
      broker.restart();
      fixture.awaitConnected();
      try (TestClient client = TestClient.connect(broker.url(), BASE + "/answer/#")) {
        Eventually.await(
            "all executed",
            LIMIT,
            () -> {
              fixture.handler.release(fixture.context);
              return executions(fixture).size() == 20 && fixture.handler.held() == 0;
            });
        client.ask(BASE + "/task/echo", "last", ANSWER, "last");
        Eventually.await("queue is worked off", LIMIT, () -> hasReply(client, "last"));
      }

      // Then
      assertThat(executions(fixture)).allSatisfy((key, count) -> assertThat(count).isEqualTo(1));
    }
  }

  /** Mosquitto saves its state one change late: a few more changes carry the last request over. */
  private static void letBrokerSave(TestClient client) throws Exception {
    byte[] change = {'x'};
    for (int i = 0; i < 4; i++) {
      client.publish("elsewhere/" + i, change, 1, true, TestClient.properties("", ""));
    }
  }

  private static boolean hasReply(TestClient client, String correlation) {
    return client.replies.stream().anyMatch(r -> r.correlation().equals(correlation));
  }

  private static Map<String, Long> executions(GatewayFixture fixture) {
    return fixture.handler.executed.stream()
        .filter(r -> r.task().equals("hold"))
        .collect(Collectors.groupingBy(ReconnectIT::prompt, Collectors.counting()));
  }

  private static String prompt(IncomingRequest request) {
    return String.valueOf(request.body().fields().get("prompt"));
  }

  @Test
  void shouldDeliverAnAnswerMadeWhileTheBrokerWasDead() throws Exception {
    try (Mosquitto broker = Mosquitto.start(folder);
        GatewayFixture fixture = GatewayFixture.start(broker.url())) {
      // Given
      try (TestClient client = TestClient.connect(broker.url())) {
        client.ask(HOLD, "keep", ANSWER, "c");
        client.ask(HOLD, "keep too", ANSWER, "");
        letBrokerSave(client);
        Eventually.await("held", LIMIT, () -> fixture.handler.held() == 2);
      }

      // When
      broker.kill();
      Eventually.await("noticed", LIMIT, () -> !fixture.connected());
      broker.restart();
      TestClient client = eventually(broker);
      fixture.awaitConnected();
      fixture.handler.release(fixture.context);

      // Then
      client.finalReply(1);
      assertThat(client.finals().stream().map(TestClient.Reply::text).sorted())
          .containsExactly("KEEP", "KEEP TOO");
      assertThat(fixture.handler.executed).hasSize(2);
      client.close();
    }
  }

  private static TestClient eventually(Mosquitto broker) throws Exception {
    return TestClient.connect(broker.url(), BASE + "/answer/#");
  }

  @Test
  void shouldSetTheStatusRightAgain() throws Exception {
    try (Mosquitto broker = Mosquitto.start(folder);
        GatewayFixture fixture = GatewayFixture.start(broker.url())) {
      // When
      broker.kill();
      Eventually.await("noticed", LIMIT, () -> !fixture.connected());
      try (TestClient stale = offlineOn(broker)) {
        fixture.awaitConnected();

        // Then
        Eventually.await("online", LIMIT, () -> last(stale).contains("\"state\":\"online\""));
      }
    }
  }

  private static TestClient offlineOn(Mosquitto broker) throws Exception {
    broker.restart();
    TestClient client = TestClient.connect(broker.url(), BASE + "/status");
    client.publish(
        "elsewhere", "x".getBytes(StandardCharsets.UTF_8), 1, false, TestClient.properties("", ""));
    return client;
  }

  private static String last(TestClient client) {
    List<TestClient.Reply> replies = client.replies;
    return replies.isEmpty() ? "" : replies.get(replies.size() - 1).text();
  }

  @Test
  void shouldPublishOfflineByWillWhenTheConnectionIsCut() throws Exception {
    try (Mosquitto broker = Mosquitto.start(folder)) {
      GatewayFixture fixture = GatewayFixture.start(broker.url());
      try (TestClient watcher = TestClient.connect(broker.url(), BASE + "/status")) {
        Eventually.await("online", LIMIT, () -> last(watcher).contains("online"));

        // When: another client takes the control connection's name, and goes without a goodbye
        ProcessBuilder thief =
            new ProcessBuilder(
                "mosquitto_sub",
                "-i",
                "bantam-gw-1",
                "-t",
                "x",
                "-h",
                "127.0.0.1",
                "-p",
                "" + broker.port(),
                "-W",
                "1");
        thief.redirectErrorStream(true).start();

        // Then
        Eventually.await(
            "offline, then online again",
            LIMIT,
            () ->
                watcher.replies.stream().anyMatch(r -> r.text().contains("offline"))
                    && last(watcher).contains("online"));
      } finally {
        fixture.close();
      }
    }
  }

  @Test
  void shouldWaitForABrokerThatIsLate() {
    // Given
    Mosquitto broker = Mosquitto.start(folder);
    broker.stop();
    CompletableFuture<GatewayFixture> starting =
        CompletableFuture.supplyAsync(() -> GatewayFixture.start(broker.url()));

    // When
    broker.restart();

    // Then
    GatewayFixture.await(starting).close();
    broker.close();
  }

  @Test
  void shouldFinishWhatRunsWhenDrainedAndLeaveTheRestWithTheBroker() throws Exception {
    try (Mosquitto broker = Mosquitto.start(folder);
        TestClient client =
            TestClient.connect(broker.url(), BASE + "/answer/#", BASE + "/status")) {
      // Given
      GatewayFixture first = GatewayFixture.start(broker.url());
      client.ask(HOLD, "running", ANSWER, "c1");
      Eventually.await("held", LIMIT, () -> first.handler.held() == 1);

      // When
      CompletableFuture<Void> drained = first.drainLater(LIMIT);
      client.ask(HOLD, "later", ANSWER, "c2");
      first.handler.release(first.context);
      GatewayFixture.await(drained);

      // Then
      assertThat(client.finalReply(0).text()).isEqualTo("RUNNING");
      Eventually.await("offline", LIMIT, () -> lastStatus(client).contains("offline"));
      GatewayFixture.await(first.vertx.close().toCompletionStage().toCompletableFuture());
      try (GatewayFixture second = GatewayFixture.start(broker.url())) {
        Eventually.await("redelivered", LIMIT, () -> second.handler.held() == 1);
        second.handler.release(second.context);
        assertThat(client.finalReply(1).text()).isEqualTo("LATER");
      }
    }
  }

  @Test
  void shouldServeABrokerThatHasForgottenTheSession() throws Exception {
    try (Mosquitto broker = Mosquitto.start(folder, "persistence false");
        GatewayFixture fixture = GatewayFixture.start(broker.url())) {
      // When
      broker.kill();
      Eventually.await("noticed", LIMIT, () -> !fixture.connected());
      broker.restart();
      fixture.awaitConnected();

      // Then
      try (TestClient client = TestClient.connect(broker.url(), BASE + "/answer/#")) {
        client.ask(BASE + "/task/echo", "hello again", ANSWER, "c");
        assertThat(client.finalReply(0).text()).isEqualTo("HELLO AGAIN");
      }
    }
  }

  private static String lastStatus(TestClient client) {
    return client.replies.stream()
        .filter(r -> r.topic().endsWith("/status"))
        .reduce((a, b) -> b)
        .map(TestClient.Reply::text)
        .orElse("");
  }

  @Test
  void shouldAnswerWhatIsLeftAfterTheDrainLimit() throws Exception {
    try (Mosquitto broker = Mosquitto.start(folder);
        TestClient client = TestClient.connect(broker.url(), BASE + "/answer/#")) {
      // Given
      GatewayFixture fixture = GatewayFixture.start(broker.url());
      client.ask(HOLD, "slow", ANSWER, "c1");
      Eventually.await("held", LIMIT, () -> fixture.handler.held() == 1);

      // When
      fixture.close();

      // Then
      assertThat(client.finalReply(0).user()).containsEntry("__stat", "503");
    }
  }
}
