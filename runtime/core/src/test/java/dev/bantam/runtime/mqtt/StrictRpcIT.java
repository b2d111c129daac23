package dev.bantam.runtime.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.runtime.config.MqttConfig;
import dev.bantam.testkit.Eventually;
import dev.bantam.testkit.Mosquitto;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code mqtt.strict_rpc: true}: what the RPC contract requires of a request is required. */
class StrictRpcIT {

  private static final String BASE = "bantam/v1/device/gw-1";
  private static final String ANSWER = BASE + "/answer/me/echo";
  private static final String ECHO = BASE + "/task/echo";

  private static Mosquitto broker;
  private static GatewayFixture fixture;
  private TestClient client;

  @BeforeAll
  static void start(@TempDir Path folder) {
    broker = Mosquitto.start(folder);
    fixture = GatewayFixture.start(broker.url(), new FakeHandler(), StrictRpcIT::strict);
  }

  private static MqttConfig strict(MqttConfig config) {
    return new MqttConfig(
        config.url(),
        config.caFile(),
        config.username(),
        config.passwordFile(),
        config.maxPacketBytes(),
        config.replyTopics(),
        true,
        config.keepAlive(),
        config.sessionExpiry());
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

  private TestClient.Reply ask(String correlation, boolean expiry) throws Exception {
    MqttProperties properties = TestClient.properties(ANSWER, correlation);
    if (expiry) {
      properties.setMessageExpiryInterval(60L);
    }
    client.publish(ECHO, "hello".getBytes(StandardCharsets.UTF_8), 1, false, properties);
    return client.finalReply(0);
  }

  @Test
  void shouldAnswerWhatTheContractAllows() throws Exception {
    TestClient.Reply reply = ask("c-1", true);
    assertThat(reply.user()).containsEntry("__stat", "200");
    assertThat(reply.text()).isEqualTo("HELLO");
    assertThat(reply.correlation()).isEqualTo("c-1");
  }

  @Test
  void shouldRefuseARequestWithoutCorrelationData() throws Exception {
    // Given
    int executed = fixture.handler.executed.size();

    // When
    TestClient.Reply reply = ask("", true);

    // Then
    assertThat(reply.user())
        .containsEntry("__stat", "400")
        .containsEntry("__propName", "Correlation Data");
    assertThat(reply.json().at("/error/code").asText()).isEqualTo("invalid_request");
    assertThat(reply.json().at("/error/message").asText()).contains("no correlation data");
    assertThat(fixture.handler.executed).hasSize(executed);
  }

  @Test
  void shouldRefuseARequestWithoutMessageExpiry() throws Exception {
    // Given
    int executed = fixture.handler.executed.size();

    // When
    TestClient.Reply reply = ask("c-2", false);

    // Then
    assertThat(reply.user())
        .containsEntry("__stat", "400")
        .containsEntry("__propName", "Message Expiry");
    assertThat(reply.correlation()).isEqualTo("c-2");
    assertThat(reply.json().at("/error/message").asText()).contains("no message expiry interval");
    assertThat(fixture.handler.executed).hasSize(executed);
  }

  @Test
  void shouldGoOnAnsweringOlderClientsWhoCannotSendProperties() throws Exception {
    // When
    client.publish(
        BASE + "/ask/plc/echo",
        "{\"prompt\":\"hi\",\"id\":\"7\"}".getBytes(StandardCharsets.UTF_8),
        1,
        false,
        new MqttProperties());

    // Then
    Eventually.await("an answer", Duration.ofSeconds(20), () -> !client.replies.isEmpty());
    assertThat(client.replies.get(0).text()).contains("\"text\":\"HI\"");
  }
}
