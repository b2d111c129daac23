package dev.bantam.runtime.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.runtime.PublishedSchemas;
import dev.bantam.testkit.Eventually;
import dev.bantam.testkit.Mosquitto;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients of another broker, behind a mosquitto bridge that speaks MQTT 3.1.1 and so drops all MQTT
 * 5 properties: they ask on {@code ask} topics, are answered on {@code answer} topics, and the
 * payload's {@code id} says which answer is whose.
 */
@Timeout(120)
class BridgeIT {

  private static final String BASE = "bantam/v1/device/gw-1";
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();

  private static Mosquitto near;
  private static Mosquitto far;
  private static GatewayFixture fixture;

  @BeforeAll
  static void start(@TempDir Path folder) {
    near = Mosquitto.start(folder.resolve("near"));
    fixture = GatewayFixture.start(near.url());
    far =
        Mosquitto.start(
            folder.resolve("far"),
            "log_type subscribe",
            "log_type notice",
            "connection plant",
            "address 127.0.0.1:" + near.port(),
            "bridge_protocol_version mqttv311",
            "cleansession false",
            "try_private true",
            "notifications true",
            "topic " + BASE + "/ask/# out 1",
            "topic " + BASE + "/answer/# in 1",
            "topic " + BASE + "/status in 1");
    Eventually.await(
        "the bridge is up", LIMIT, () -> get("$SYS/broker/connection/+/state").equals("1"));
  }

  @AfterAll
  static void stop() {
    fixture.close();
    far.close();
    near.close();
  }

  private static Process client(String program, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(program, "-h", "127.0.0.1", "-V", "311"));
    command.addAll(List.of("-p", String.valueOf(far.port()), "-q", "1"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static String get(String topic) {
    try {
      return output(client("mosquitto_sub", "-t", topic, "-C", "1", "-W", "1"));
    } catch (IOException e) {
      return "";
    }
  }

  private static String output(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
  }

  private static Process listen(String client, int messages) throws IOException {
    String topic = BASE + "/answer/" + client + "/+";
    Process listener =
        client("mosquitto_sub", "-t", topic, "-C", String.valueOf(messages), "-W", "30");
    Eventually.await("subscribed", LIMIT, () -> far.log().contains(topic));
    return listener;
  }

  private static void send(String topic, String payload) throws Exception {
    Process publisher = client("mosquitto_pub", "-t", BASE + topic, "-m", payload);
    assertThat(publisher.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(publisher.exitValue()).isZero();
  }

  @Test
  void shouldAnswerJsonByItsId() throws Exception {
    // Given
    Process listener = listen("plc-1", 2);

    // When
    send("/ask/plc-1/echo", "{\"prompt\":\"hot\",\"id\":\"r-1\"}");
    send("/ask/plc-1/echo", "{\"prompt\":\"cold\",\"id\":2}");

    // Then
    List<JsonNode> answers = answers(listener);
    assertThat(answers).extracting(a -> a.get("id").asText()).containsExactly("r-1", "2");
    assertThat(answers).extracting(a -> a.get("text").asText()).containsExactly("HOT", "COLD");
  }

  @Test
  void shouldAnswerTextWithText() throws Exception {
    Process listener = listen("plc-2", 1);
    send("/ask/plc-2/echo", "plain");
    assertThat(output(listener)).isEqualTo("PLAIN");
  }

  @Test
  void shouldSayWhatIsWrongInJson() throws Exception {
    Process listener = listen("plc-3", 2);
    send("/ask/plc-3/echo", "{\"prompt\":");
    send("/ask/plc-3/sing", "{\"prompt\":\"la\",\"id\":3}");
    assertThat(answers(listener))
        .extracting(a -> a.at("/error/code").asText())
        .containsExactly("invalid_payload", "unknown_task");
  }

  @Test
  void shouldStreamWithNumbersInThePayload() throws Exception {
    Process listener = listen("plc-4", 3);
    send("/ask/plc-4/echo", "{\"prompt\":\"abcd\",\"id\":4,\"stream\":true}");
    List<JsonNode> answers = answers(listener);
    assertThat(answers.get(0).get("index").asInt()).isZero();
    assertThat(answers.get(1).get("index").asInt()).isEqualTo(1);
    assertThat(answers.get(2).get("text").asText()).isEqualTo("ABCD");
  }

  @Test
  void shouldCancelById() throws Exception {
    // Given
    Process listener = listen("plc-5", 1);
    send("/ask/plc-5/hold", "{\"prompt\":\"wait\",\"id\":\"five\"}");
    Eventually.await("held", LIMIT, () -> fixture.handler.held() == 1);

    // When
    send("/ask/plc-5/cancel", "{\"id\":\"five\"}");

    // Then
    JsonNode answer = answers(listener).get(0);
    assertThat(answer.get("id").asText()).isEqualTo("five");
    assertThat(answer.at("/error/code").asText()).isEqualTo("cancelled");
  }

  @Test
  void shouldExecuteOnceWhatIsSentAgain() throws Exception {
    // Given
    Process listener = listen("plc-6", 2);
    int before = fixture.handler.executed.size();

    // When
    send("/ask/plc-6/echo", "{\"prompt\":\"once\",\"id\":\"same\"}");
    send("/ask/plc-6/echo", "{\"prompt\":\"once\",\"id\":\"same\"}");

    // Then
    assertThat(answers(listener)).hasSize(2);
    assertThat(fixture.handler.executed).hasSize(before + 1);
  }

  @Test
  void shouldShowTheStatusBehindTheBridge() {
    Eventually.await("online", LIMIT, () -> get(BASE + "/status").contains("\"state\":\"online\""));
  }

  private static List<JsonNode> answers(Process listener) throws IOException {
    List<JsonNode> answers = new ArrayList<>();
    for (String line : output(listener).lines().toList()) {
      JsonNode answer = JSON.readTree(line);
      assertThat(PublishedSchemas.problems(PublishedSchemas.kindOf(answer), answer)).isEmpty();
      answers.add(answer);
    }
    return answers;
  }
}
