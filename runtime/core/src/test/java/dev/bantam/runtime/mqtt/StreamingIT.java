package dev.bantam.runtime.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.testkit.Eventually;
import dev.bantam.testkit.Mosquitto;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers in pieces: Bantam's own extension of the RPC contract. */
class StreamingIT {

  private static final String BASE = "bantam/v1/device/gw-1";
  private static final String ANSWER = BASE + "/answer/me/x";
  private static final String ECHO = BASE + "/task/echo";
  private static final String HOLD = BASE + "/task/hold";
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private static Mosquitto broker;
  private static GatewayFixture fixture;
  private TestClient client;

  @BeforeAll
  static void start(@TempDir Path folder) {
    broker = Mosquitto.start(folder);
    fixture = GatewayFixture.start(broker.url());
  }

  @AfterAll
  static void stop() {
    fixture.close();
    broker.close();
  }

  @BeforeEach
  void connect() throws Exception {
    client = TestClient.connect(broker.url(), BASE + "/answer/#");
  }

  @AfterEach
  void disconnect() throws Exception {
    client.close();
  }

  private static MqttProperties streaming(String correlation) {
    MqttProperties properties = TestClient.properties(ANSWER, correlation);
    properties.setUserProperties(List.of(new UserProperty("stream", "true")));
    return properties;
  }

  private void send(String topic, String payload, MqttProperties properties) throws Exception {
    client.publish(topic, payload.getBytes(StandardCharsets.UTF_8), 1, false, properties);
  }

  @Test
  void shouldNumberChunksAndMarkTheWholeAnswerAsTheLast() throws Exception {
    // When
    client.ask(ECHO, "{\"prompt\":\"abcd\",\"stream\":true,\"id\":\"s\"}", ANSWER, "c3");

    // Then
    TestClient.Reply whole = client.finalReply(0);
    List<TestClient.Reply> replies = client.replies;
    assertThat(replies).hasSize(3);
    assertThat(replies.get(0).text()).isEqualTo("{\"id\":\"s\",\"index\":0,\"delta\":\"AB\"}");
    assertThat(replies.get(0).user())
        .containsEntry("stream-index", "0")
        .doesNotContainKeys("__stat", "stream-last");
    assertThat(replies.get(1).user()).containsEntry("stream-index", "1");
    assertThat(whole.user())
        .containsEntry("__stat", "200")
        .containsEntry("stream-index", "2")
        .containsEntry("stream-last", "true");
    assertThat(whole.json().get("text").asText()).isEqualTo("ABCD");
    assertThat(whole.json().at("/usage/total_tokens").asInt()).isEqualTo(7);
    assertThat(whole.json().at("/timings/ttft_ms").asDouble()).isEqualTo(1.75);
    assertThat(replies).allSatisfy(r -> assertThat(r.correlation()).isEqualTo("c3"));
  }

  @Test
  void shouldStreamTextToTextClientsThatAskByUserProperty() throws Exception {
    // When
    send(ECHO, "abcd", streaming("c4"));

    // Then
    client.finalReply(0);
    assertThat(client.replies.stream().map(TestClient.Reply::text))
        .containsExactly("AB", "CD", "ABCD");
  }

  @Test
  void shouldSendOneMessageWithoutMarksWhereNoStreamIsAskedFor() throws Exception {
    client.ask(ECHO, "abcd", ANSWER, "c5");
    client.finalReply(0);
    assertThat(client.replies).hasSize(1);
    assertThat(client.replies.get(0).user()).doesNotContainKeys("stream-index", "stream-last");
  }

  @Test
  void shouldEndACancelledStreamWithAnError() throws Exception {
    // Given
    send(HOLD, "long", streaming("to-cancel"));
    Eventually.await("a chunk", LIMIT, () -> client.replies.size() == 1);

    // When
    client.ask(BASE + "/cancel", "", "", "to-cancel");

    // Then
    TestClient.Reply end = client.finalReply(0);
    assertThat(end.user())
        .containsEntry("__stat", "500")
        .containsEntry("__apErr", "true")
        .containsEntry("stream-index", "1")
        .containsEntry("stream-last", "true");
    assertThat(end.json().at("/error/code").asText()).isEqualTo("cancelled");
  }

  @Test
  void shouldSendNothingMoreOfAStreamThatHasExpired() throws Exception {
    // Given
    MqttProperties properties = streaming("to-expire");
    properties.setMessageExpiryInterval(1L);
    send(HOLD, "long", properties);
    Eventually.await("a chunk", LIMIT, () -> client.replies.size() == 1);
    int executed = fixture.handler.executed.size();
    long deadline = fixture.handler.executed.get(executed - 1).deadlineNanos().orElseThrow();
    Eventually.await("expired", LIMIT, () -> System.nanoTime() - deadline > 0);

    // When
    fixture.handler.release(fixture.context);
    client.ask(ECHO, "next", ANSWER, "next");

    // Then
    assertThat(client.finalReply(0).text()).isEqualTo("NEXT");
    assertThat(client.replies).hasSize(2);
  }

  @Test
  void shouldRepeatTheWholeAnswerOfAStreamButNotItsChunks() throws Exception {
    // Given
    send(ECHO, "abcd", streaming("again"));
    client.finalReply(0);

    // When
    send(ECHO, "abcd", streaming("again"));

    // Then
    assertThat(client.finalReply(1).text()).isEqualTo("ABCD");
    assertThat(client.finalReply(1).user()).containsEntry("stream-last", "true");
    assertThat(client.replies).hasSize(4);
  }

  @Test
  void shouldLeaveChunksOutWhileTheBrokerIsSlow() throws Exception {
    try (ScriptedBroker slow = new ScriptedBroker();
        GatewayFixture gateway = GatewayFixture.start(slow.url(), new FakeHandler(), c -> c)) {
      // Given: a broker that acknowledges nothing
      slow.withholdAcknowledgements();
      String main = "bantam-gw-1-main";
      String request = "{\"prompt\":\"abcd\",\"stream\":true}";

      // When: of 167 answers there are three messages each, 501 that wait
      for (int i = 1; i <= 400; i++) {
        slow.request(main, i, ECHO, ANSWER + i, request);
      }

      // Then
      slow.await(main + " PUBLISH " + ANSWER + 400);
      long published =
          slow.log.stream().filter(line -> line.contains(" PUBLISH " + ANSWER)).count();
      assertThat(published).isBetween(400L + 330L, 400L + 340L);
      slow.acknowledgeAll();
    }
  }

  @Test
  void shouldNumberChunksInThePayloadForClientsWithoutProperties() throws Exception {
    // When
    send(
        BASE + "/ask/plc/echo",
        "{\"prompt\":\"abcd\",\"stream\":true,\"id\":9}",
        new MqttProperties());

    // Then
    client.finalReply(0);
    assertThat(client.replies.get(1).text()).isEqualTo("{\"id\":9,\"index\":1,\"delta\":\"CD\"}");
    assertThat(client.finalReply(0).json().get("text").asText()).isEqualTo("ABCD");
  }
}
