package dev.bantam.runtime.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.runtime.dispatch.IncomingRequest;
import dev.bantam.runtime.dispatch.Priority;
import dev.bantam.runtime.dispatch.Turn;
import dev.bantam.testkit.Eventually;
import dev.bantam.testkit.Mosquitto;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests and answers over a real mosquitto, with a dispatcher that has no model. */
class MqttGatewayIT {

  private static final String BASE = "bantam/v1/device/gw-1";
  private static final String ANSWER = BASE + "/answer/me/echo";
  private static final String ECHO = BASE + "/task/echo";
  private static final String COUNT = BASE + "/task/count";
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private static Mosquitto broker;
  private static GatewayFixture fixture;
  private TestClient client;

  @BeforeAll
  static void start(@TempDir Path folder) {
    broker = Mosquitto.start(folder, "log_type subscribe");
    fixture = GatewayFixture.start(broker.url());
  }

  @AfterAll
  static void stop() {
    fixture.close();
    broker.close();
  }

  @BeforeEach
  void connect() throws Exception {
    client = TestClient.connect(broker.url(), BASE + "/answer/#", "clients/#", "other/#");
  }

  @AfterEach
  void disconnect() throws Exception {
    client.close();
  }

  @Test
  void shouldAnswerTextWithText() throws Exception {
    // When
    client.ask(ECHO, "hello", ANSWER, "c1");

    // Then
    TestClient.Reply reply = client.finalReply(0);
    assertThat(reply.text()).isEqualTo("HELLO");
    assertThat(reply.topic()).isEqualTo(ANSWER);
    assertThat(reply.correlation()).isEqualTo("c1");
    assertThat(reply.qos()).isEqualTo(1);
    assertThat(reply.user()).containsEntry("__stat", "200").containsEntry("__protVer", "1.0");
    assertThat(reply.properties().getContentType()).startsWith("text/plain");
    assertThat(client.replies).hasSize(1);
  }

  @Test
  void shouldAnswerJsonWithJson() throws Exception {
    // When
    client.ask(ECHO, " {\"prompt\":\"hi\",\"id\":7,\"slot\":\"main\"}", "clients/me", "c2");

    // Then
    TestClient.Reply reply = client.finalReply(0);
    assertThat(reply.json().toString())
        .isEqualTo(
            "{\"id\":7,\"text\":\"HI\",\"finish_reason\":\"stop\",\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4,\"total_tokens\":7},\"model\":\"echo:1@q8\",\"slot\":\"main\",\"timings\":{\"queue_ms\":0.25,\"prefill_ms\":1.5,\"decode_ms\":2.5,\"ttft_ms\":1.75,\"inter_token_ms\":0.833}}");
    assertThat(reply.properties().getContentType()).isEqualTo("application/json");
  }

  @Test
  void shouldAnswerAtTheRequestsQualityOfService() throws Exception {
    // When
    client.publish(ECHO, utf8("a"), 0, false, TestClient.properties(ANSWER, "q0"));

    // Then
    assertThat(client.finalReply(0).qos()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "echo|{\"prompt\"|invalid_payload|line 1, column",
        "echo|{\"prompt\":\"a\"|invalid_payload|expected close marker for Object; correct it",
        "echo|{\"prompt\":NaN}|invalid_payload|line 1",
        "echo|{\"prompt\":\"a\"} x|invalid_payload|line 1",
        "echo|{\"prompt\":\"a\",\"prompt\":\"b\"}|invalid_payload|line 1",
        "echo|{\"prompt\":\"\\ud800\"}|invalid_payload|surrogate",
        "echo|{}|invalid_request|prompt",
        "echo|{\"prompt\":\" \"}|invalid_request|prompt",
        "echo|{\"prompt\":\"a\",\"stream\":1}|invalid_request|stream",
        "echo|{\"prompt\":\"a\",\"slot\":1}|invalid_request|slot",
        "echo|{\"prompt\":\"a\",\"id\":{}}|invalid_request|id",
        "echo|{\"prompt\":\"a\",\"priority\":\"urgent\"}|invalid_request|high, normal, low",
        "echo|''|invalid_request|empty",
        "echo|' '|invalid_request|empty",
        "sing|la|unknown_task|[count, echo, fail, hold, nothing, slow, twice]",
      })
  void shouldRefuseBadRequestsWithAnErrorThatSaysWhy(
      String task, String payload, String code, String mentions) throws Exception {
    // When
    client.ask(BASE + "/task/" + task, payload, ANSWER, "bad");

    // Then
    TestClient.Reply reply = client.finalReply(0);
    assertThat(reply.user()).containsEntry("__stat", "400").containsKey("__stMsg");
    assertThat(reply.json().path("error").path("code").asText()).isEqualTo(code);
    assertThat(reply.json().path("error").path("message").asText()).contains(mentions);
    assertThat(reply.properties().getContentType()).isEqualTo("application/json");
  }

  @Test
  void shouldRefuseInvalidUtf8() throws Exception {
    // When
    byte[] payload = {'a', (byte) 0xC3, (byte) 0x28};
    client.publish(ECHO, payload, 1, false, TestClient.properties(ANSWER, "u"));

    // Then
    assertThat(client.finalReply(0).json().at("/error/code").asText()).isEqualTo("invalid_payload");
  }

  @Test
  void shouldRefuseJsonThatIsNestedTooDeep() throws Exception {
    // When
    client.ask(ECHO, "{\"prompt\":" + "[".repeat(50_000), ANSWER, "deep");

    // Then
    assertThat(client.finalReply(0).json().at("/error/code").asText()).isEqualTo("invalid_payload");
  }

  @Test
  void shouldLetTheContentTypeDecide() throws Exception {
    // Given
    MqttProperties text = TestClient.properties(ANSWER, "t1");
    text.setContentType("text/plain; charset=utf-8");
    MqttProperties image = TestClient.properties(ANSWER, "t2");
    image.setContentType("image/png");

    // When
    client.publish(ECHO, utf8("{a"), 1, false, text);
    client.publish(ECHO, utf8("a"), 1, false, image);

    // Then
    assertThat(client.finalReply(0).text()).isEqualTo("{A");
    assertThat(client.finalReply(1).user()).containsEntry("__stat", "415");
  }

  @Test
  void shouldNotExecuteRetainedRequests() throws Exception {
    // Given
    int executed = fixture.handler.executed.size();

    // When
    client.publish(ECHO, utf8("kept"), 1, true, TestClient.properties(ANSWER, "r"));
    client.publish(ECHO, new byte[0], 1, true, TestClient.properties(ANSWER, "r"));
    client.ask(ECHO, "next", ANSWER, "n");

    // Then
    assertThat(client.finalReply(0).text()).isEqualTo("NEXT");
    assertThat(fixture.handler.executed).hasSize(executed + 1);
    assertThat(fixture.refused()).containsEntry("retained", 2L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "other/x", "bantam/v1/device/gw-1/status", "bantam/v1/device/gw-1/task/echo"})
  void shouldNotExecuteWhatCannotBeAnswered(String responseTopic) throws Exception {
    // Given
    int executed = fixture.handler.executed.size();

    // When
    client.ask(ECHO, "lost", responseTopic, "x");
    client.ask(ECHO, "next", ANSWER, "n-" + responseTopic.hashCode());

    // Then
    assertThat(client.finalReply(0).text()).isEqualTo("NEXT");
    assertThat(fixture.handler.executed).hasSize(executed + 1);
    assertThat(fixture.refused())
        .containsKey(responseTopic.isEmpty() ? "no_response_topic" : "response_topic_not_allowed");
  }

  @Test
  void shouldSurviveFortyKilobytesOfCorrelationData() throws Exception {
    // Given
    String correlation = "x".repeat(40_000);

    // When
    client.ask(ECHO, "bad", ANSWER, correlation);
    client.ask(ECHO, "good", ANSWER, "short");

    // Then
    assertThat(client.finalReply(0).user()).containsEntry("__stat", "400");
    assertThat(client.finalReply(0).json().at("/error/message").asText())
        .contains("40000 bytes")
        .contains("256");
    assertThat(client.finalReply(0).correlation()).isEmpty();
    assertThat(client.finalReply(1).text()).isEqualTo("GOOD");
    assertThat(fixture.connected()).isTrue();
  }

  @Test
  void shouldRefuseLongCorrelationDataThatPahoCanRead() throws Exception {
    // When
    client.ask(ECHO, "bad", ANSWER, "y".repeat(257));
    client.ask(ECHO, "good", ANSWER, "y".repeat(256));

    // Then
    assertThat(client.finalReply(0).user())
        .containsEntry("__stat", "400")
        .containsEntry("__propName", "Correlation Data");
    assertThat(client.finalReply(1).text()).isEqualTo("GOOD");
  }

  @Test
  void shouldTakePayloadsUpToThePacketLimitAndOutliveLargerOnes() throws Exception {
    // Given
    int overhead = 5 + 2 + COUNT.length() + 2 + 1 + 3 + ANSWER.length() + 3 + "big".length();
    byte[] atLimit = utf8("a".repeat(1024 * 1024 - overhead));
    byte[] above = utf8("a".repeat(1024 * 1024 + 1));

    // When
    client.publish(COUNT, atLimit, 1, false, TestClient.properties(ANSWER, "big"));
    TestClient.Reply reply = client.finalReply(0);
    try (TestClient other = TestClient.connect(broker.url())) {
      try {
        other.publish(COUNT, above, 1, false, TestClient.properties(ANSWER, "bigger"));
      } catch (org.eclipse.paho.mqttv5.common.MqttException e) {
        assertThat(e).as("the broker may cut a client that sends too much").isNotNull();
      }
    }
    client.ask(ECHO, "after", ANSWER, "after");

    // Then
    assertThat(reply.text()).isEqualTo(Integer.toString(atLimit.length));
    assertThat(client.finalReply(1).text()).isEqualTo("AFTER");
  }

  @Test
  void shouldSayWhenTheAnswerIsTooLargeForTheBroker() throws Exception {
    // Given
    byte[] half = utf8("a".repeat(600_000));

    // When
    client.publish(BASE + "/task/twice", half, 1, false, TestClient.properties(ANSWER, "grow"));

    // Then
    assertThat(client.finalReply(0).json().at("/error/message").asText()).contains("1048576");
  }

  @Test
  void shouldExecuteARepeatedRequestOnceAndAnswerItTwice() throws Exception {
    // Given
    int executed = fixture.handler.executed.size();

    // When
    client.ask(ECHO, "once", ANSWER, "same");
    client.finalReply(0);
    client.ask(ECHO, "once", ANSWER, "same");

    // Then
    assertThat(client.finalReply(1).text()).isEqualTo("ONCE");
    assertThat(fixture.handler.executed).hasSize(executed + 1);
  }

  @Test
  void shouldExecuteEqualRequestsWithoutCorrelationEachTime() throws Exception {
    // Given
    int executed = fixture.handler.executed.size();

    // When
    client.ask(ECHO, "tick", ANSWER, "");
    client.ask(ECHO, "tick", ANSWER, "");

    // Then
    client.finalReply(1);
    assertThat(fixture.handler.executed).hasSize(executed + 2);
  }

  @Test
  void shouldExecuteAnotherPayloadUnderTheSameCorrelation() throws Exception {
    // When
    client.ask(ECHO, "one", ANSWER, "reused");
    client.finalReply(0);
    client.ask(ECHO, "two", ANSWER, "reused");

    // Then
    assertThat(client.finalReply(1).text()).isEqualTo("TWO");
  }

  @Test
  void shouldPassOnTheDeadlineAndTheExpiry() throws Exception {
    // Given
    MqttProperties properties = TestClient.properties(ANSWER, "d");
    properties.setMessageExpiryInterval(60L);

    // When
    client.publish(ECHO, utf8("soon"), 1, false, properties);

    // Then
    assertThat(client.finalReply(0).properties().getMessageExpiryInterval()).isBetween(30L, 60L);
    long left =
        fixture.handler.executed.get(fixture.handler.executed.size() - 1).deadlineNanos().get()
            - System.nanoTime();
    assertThat(left).isBetween(0L, Duration.ofSeconds(60).toNanos());
  }

  @Test
  void shouldPassOnPriorityAndClient() throws Exception {
    // Given
    MqttProperties properties = TestClient.properties(ANSWER, "p");
    properties.setUserProperties(
        List.of(new UserProperty("priority", "low"), new UserProperty("__srcId", "sensor-9")));

    // When
    client.publish(ECHO, utf8("later"), 1, false, properties);
    client.finalReply(0);
    client.ask(ECHO, "{\"prompt\":\"now\",\"priority\":\"high\"}", ANSWER, "q");
    client.finalReply(1);
    client.ask(ECHO, "usual", ANSWER, "r");
    client.finalReply(2);

    // Then
    assertThat(fixture.handler.executed.stream().skip(fixture.handler.executed.size() - 3L))
        .extracting(IncomingRequest::turn)
        .containsExactly(
            new Turn(Priority.LOW, "sensor-9"),
            new Turn(Priority.HIGH, ANSWER),
            Turn.normal(ANSWER));
  }

  @Test
  void shouldRefuseOtherProtocolVersions() throws Exception {
    // Given
    MqttProperties properties = TestClient.properties(ANSWER, "v");
    properties.setUserProperties(List.of(new UserProperty("__protVer", "2.0")));

    // When
    client.publish(ECHO, utf8("hi"), 1, false, properties);

    // Then
    assertThat(client.finalReply(0).user())
        .containsEntry("__stat", "505")
        .containsEntry("__supProtMajVer", "1")
        .containsEntry("__requestProtVer", "2.0");
  }

  @Test
  void shouldCancelByCorrelationData() throws Exception {
    // Given
    client.ask(BASE + "/task/hold", "wait", ANSWER, "to-cancel");
    Eventually.await("held", LIMIT, () -> fixture.handler.held() == 1);

    // When
    client.ask(BASE + "/cancel", "", "", "to-cancel");

    // Then
    assertThat(client.finalReply(0).user())
        .containsEntry("__stat", "500")
        .containsEntry("__apErr", "true");
    assertThat(client.finalReply(0).json().at("/error/code").asText()).isEqualTo("cancelled");
  }

  @Test
  void shouldAnswerAskTopicsOfMqtt311Clients() throws Exception {
    // Given
    Process listener =
        mosquitto(
            "mosquitto_sub", "-V", "311", "-t", BASE + "/answer/old/+", "-C", "2", "-W", "20");
    Eventually.await("subscribed", LIMIT, () -> broker.log().contains("answer/old/+"));

    // When
    publish311(BASE + "/ask/old/echo", "{\"prompt\":\"hi\",\"id\":\"a1\"}");
    publish311(BASE + "/ask/old/hold", "{\"prompt\":\"wait\",\"id\":\"a2\"}");
    Eventually.await("held", LIMIT, () -> fixture.handler.held() == 1);
    publish311(BASE + "/ask/old/cancel", "{\"id\":\"a2\"}");

    // Then
    String output = output(listener);
    assertThat(output)
        .contains("\"id\":\"a1\",\"text\":\"HI\"")
        .contains("\"id\":\"a2\",\"error\"");
  }

  @Test
  void shouldAnswerMosquittoRr() throws Exception {
    // When
    String text = output(mosquitto(rr("What is this?")));
    String json = output(mosquitto(rr("{\"prompt\":\"hi\"}")));

    // Then
    assertThat(text).isEqualTo("WHAT IS THIS?\n");
    assertThat(json).contains("\"text\":\"HI\"");
  }

  @Test
  void shouldKeepTheStatusOnline() throws Exception {
    // When
    try (TestClient watcher = TestClient.connect(broker.url(), BASE + "/status")) {
      Eventually.await("status", LIMIT, () -> !watcher.replies.isEmpty());

      // Then
      assertThat(watcher.replies.get(0).retained()).isTrue();
      assertThat(watcher.replies.get(0).text())
          .matches(
              "\\{\"state\":\"online\",\"device\":\"gw-1\",\"instance\":\"[0-9a-f]{8}-1\",\"profile\":\"test\"}");
    }
  }

  private static String[] rr(String payload) {
    return new String[] {
      "mosquitto_rr", "-V", "5", "-t", ECHO, "-e", ANSWER, "-m", payload, "-W", "20"
    };
  }

  private static Process mosquitto(String... command) throws IOException {
    List<String> full = new ArrayList<>(List.of(command));
    full.addAll(List.of("-h", "127.0.0.1", "-p", Integer.toString(broker.port())));
    return new ProcessBuilder(full).redirectErrorStream(true).start();
  }

  private static void publish311(String topic, String payload) throws Exception {
    Process publisher =
        mosquitto("mosquitto_pub", "-V", "311", "-q", "1", "-t", topic, "-m", payload);
    assertThat(publisher.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(publisher.exitValue()).isZero();
  }

  private static String output(Process process) throws Exception {
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
