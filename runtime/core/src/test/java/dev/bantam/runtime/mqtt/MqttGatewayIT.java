package dev.bantam.runtime.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.testkit.Mosquitto;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests and answers over a real mosquitto, with a dispatcher that has no model. */
class MqttGatewayIT {

  private static final String ANSWER = "bantam/v1/device/gw-1/answer/me/echo";
  private static final String ECHO = "bantam/v1/device/gw-1/task/echo";

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
    client = TestClient.connect(broker.url(), "bantam/v1/device/gw-1/answer/#");
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
    assertThat(reply.user()).containsEntry("__stat", "200").containsEntry("__protVer", "1.0");
    assertThat(reply.properties().getContentType()).startsWith("text/plain");
    assertThat(client.replies).hasSize(1);
  }
}
