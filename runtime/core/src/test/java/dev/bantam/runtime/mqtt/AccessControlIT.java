package dev.bantam.runtime.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.runtime.config.MqttConfig;
import dev.bantam.runtime.config.MqttSecurity;
import dev.bantam.runtime.config.TextSource;
import dev.bantam.runtime.event.Event;
import dev.bantam.runtime.event.EventKind;
import dev.bantam.testkit.Eventually;
import dev.bantam.testkit.Mosquitto;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code deploy/mosquitto/bantam.acl} at a real mosquitto: each party can do what it is for, and no
 * more. What must not come is waited for by a message behind it that does come.
 */
@Timeout(120)
class AccessControlIT {

  private static final String DEVICE = "bantam/v1/device/gateway-1";
  private static final String DESIRED = DEVICE + "/slot/main/desired";
  private static final String VALVE = "plant/valve/7/set";
  private static final String ECHO = DEVICE + "/task/echo";
  private static final String ANSWER = DEVICE + "/answer/dashboard/echo";
  private static final String SECRET = "secret of all users";

  private static Path users;
  private static Path acl;

  @TempDir Path folder;
  private Mosquitto broker;
  private final List<AutoCloseable> open = new ArrayList<>();

  @BeforeAll
  static void prepare(@TempDir Path temporary) throws Exception {
    String published =
        Files.readString(Path.of(System.getProperty("bantam.root"), "deploy/mosquitto/bantam.acl"));
    // A second client, by a copy of the first one's block as the file says, and a machine.
    String block = published.substring(published.indexOf("user dashboard"));
    String panel = block.substring(0, block.indexOf("\n\n")).replace("dashboard", "panel");
    acl =
        Files.writeString(
            temporary.resolve("acl"),
            published + "\n" + panel + "\n\nuser valve\ntopic read " + VALVE + "\n");
    users = temporary.resolve("users");
    Files.writeString(users, "");
    for (String user :
        List.of(
            "gateway-1", "boiler-7", "dashboard", "panel", "operations", "simulator", "valve")) {
      Process passwd =
          new ProcessBuilder("mosquitto_passwd", "-b", users.toString(), user, SECRET).start();
      assertThat(passwd.waitFor()).isZero();
    }
  }

  @BeforeEach
  void start() {
    broker =
        Mosquitto.start(
            folder.resolve("broker"),
            "allow_anonymous false",
            "password_file " + users,
            "acl_file " + acl);
    open.add(broker);
  }

  @AfterEach
  void stop() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  private GatewayFixture device(String... replyTopics) throws Exception {
    Path password = Files.writeString(folder.resolve("password"), SECRET);
    MqttConfig config =
        MqttConfig.of(URI.create(broker.url()))
            .withSecurity(
                MqttSecurity.NONE.as(
                    new TextSource.Given("gateway-1"),
                    Optional.of(new TextSource.InFile("mqtt.password_file", password))));
    GatewayFixture fixture =
        GatewayFixture.starting(
            "gateway-1",
            replyTopics.length == 0 ? config : config.withReplyTopics(List.of(replyTopics)),
            new FakeHandler());
    fixture.awaitConnected();
    open.add(fixture);
    return fixture;
  }

  private TestClient client(String user, String... subscriptions) throws MqttException {
    TestClient client = TestClient.connectAs(user, SECRET, broker.url(), subscriptions);
    open.add(client);
    return client;
  }

  /** mosquitto tells MQTT 5 clients of a missing right; whether it does is not what is tested. */
  private static void attempt(
      TestClient client, String topic, String payload, boolean retained, String responseTopic)
      throws MqttException {
    try {
      client.publish(
          topic,
          payload.getBytes(StandardCharsets.UTF_8),
          1,
          retained,
          TestClient.properties(responseTopic, "c-" + payload));
    } catch (MqttException refused) {
      assertThat(refused.getReasonCode()).isEqualTo(0x87);
    }
  }

  @Test
  void shouldLetAClientAskAndTheDeviceAnswer() throws Exception {
    GatewayFixture device = device();
    TestClient dashboard = client("dashboard", ANSWER, DEVICE + "/status");
    dashboard.ask(ECHO, "hello", ANSWER, "c");
    assertThat(dashboard.finalReply(0).text()).isEqualTo("HELLO");
    dashboard.ask(DEVICE + "/ask/dashboard/echo", "{\"id\":1,\"prompt\":\"hi\"}", "", "");
    assertThat(dashboard.finalReply(1).json().path("text").asText()).isEqualTo("HI");
    Eventually.await(
        "the status is read",
        GatewayFixture.LIMIT,
        () -> dashboard.replies.stream().anyMatch(r -> r.topic().equals(DEVICE + "/status")));
    assertThat(device.refused()).isEmpty();
  }

  @Test
  void shouldNotLetASensorSetWhatIsDesiredNorAsk() throws Exception {
    // Given
    GatewayFixture device = device();
    TestClient operations = client("operations", DESIRED);
    TestClient valve = client("valve", VALVE);
    TestClient sensor = client("boiler-7");

    // When
    attempt(sensor, DESIRED, "{\"generation\":1}", true, "");
    attempt(sensor, ECHO, "open", false, VALVE);
    attempt(sensor, VALVE, "open", false, "");
    attempt(sensor, "plant/boiler/7/temperature", "97", false, "");
    operations.publish(
        DESIRED, "{\"generation\":2}".getBytes(StandardCharsets.UTF_8), 1, true, none());
    client("dashboard", ANSWER).ask(ECHO, "behind it", ANSWER, "c");

    // Then
    Eventually.await("desired of operations", GatewayFixture.LIMIT, () -> heard(operations, "2"));
    Eventually.await(
        "the client's request", GatewayFixture.LIMIT, () -> !device.handler.executed.isEmpty());
    assertThat(operations.replies).noneMatch(r -> r.text().contains("\"generation\":1"));
    assertThat(device.handler.executed).hasSize(1);
    assertThat(valve.replies).isEmpty();
  }

  private static MqttProperties none() {
    return TestClient.properties("", "");
  }

  private static boolean heard(TestClient client, String part) {
    return client.replies.stream().anyMatch(r -> r.text().contains(part));
  }

  @Test
  void shouldNotAnswerAClientThatWantsTheValveToBeAnswered() throws Exception {
    // Given
    GatewayFixture device = device();
    TestClient valve = client("valve", VALVE);
    TestClient dashboard = client("dashboard", ANSWER);

    // When
    attempt(dashboard, ECHO, "open", false, VALVE);
    dashboard.ask(ECHO, "behind it", ANSWER, "c");

    // Then
    assertThat(dashboard.finalReply(0).text()).isEqualTo("BEHIND IT");
    assertThat(device.handler.executed).hasSize(1);
    assertThat(device.refused()).containsEntry("response_topic_not_allowed", 1L);
    assertThat(valve.replies).isEmpty();
  }

  @Test
  void shouldKeepTheDeviceFromTheValveEvenIfItsOwnConfigurationIsTooWide() throws Exception {
    // Given
    device("#");
    TestClient valve = client("valve", VALVE);
    TestClient dashboard = client("dashboard", ANSWER);

    // When
    attempt(dashboard, ECHO, "open", false, VALVE);
    dashboard.ask(ECHO, "behind it", ANSWER, "c");

    // Then
    assertThat(dashboard.finalReply(0).text()).isEqualTo("BEHIND IT");
    assertThat(valve.replies).isEmpty();
  }

  @Test
  void shouldNotLetAClientReadAnothersAnswersNorAskInItsName() throws Exception {
    // Given
    GatewayFixture device = device();
    TestClient dashboard = client("dashboard", ANSWER);
    TestClient panel = client("panel");
    for (String filter : List.of("#", DEVICE + "/answer/#", ANSWER, "clients/#")) {
      panel.trySubscribe(filter);
    }
    panel.trySubscribe(DEVICE + "/answer/panel/#");

    // When
    dashboard.ask(ECHO, "secret", ANSWER, "c");
    dashboard.finalReply(0);
    attempt(panel, DEVICE + "/ask/dashboard/echo", "{\"id\":1,\"prompt\":\"x\"}", false, "");
    panel.ask(ECHO, "own", DEVICE + "/answer/panel/echo", "c");

    // Then
    assertThat(panel.finalReply(0).text()).isEqualTo("OWN");
    assertThat(panel.replies).noneMatch(r -> r.topic().equals(ANSWER));
    assertThat(device.handler.executed).hasSize(2);
  }

  @Test
  void shouldLetADeviceTellHowItIsAndOthersReadThatButForSensors() throws Exception {
    // Given
    List<String> topics =
        List.of(DEVICE + "/event", DEVICE + "/telemetry", DEVICE + "/slot/main/reported");
    TestClient dashboard = client("dashboard", topics.toArray(String[]::new));
    TestClient operations = client("operations", topics.toArray(String[]::new));
    TestClient sensor = client("boiler-7");
    for (String topic : topics) {
      sensor.trySubscribe(topic);
      attempt(sensor, topic, "{\"forged\":true}", true, "");
      attempt(dashboard, topic, "{\"forged\":true}", true, "");
    }

    // When
    GatewayFixture device = device();
    device.events.tell(new Event(EventKind.SESSION_CONFLICT_OVER, "over", Map.of()));
    device.context.runOnContext(
        nothing -> device.gateway.publishTelemetry(Map.of("uptime_seconds", 1)));

    // Then
    for (TestClient reader : List.of(dashboard, operations)) {
      for (String topic : topics) {
        Eventually.await(
            topic,
            GatewayFixture.LIMIT,
            () -> reader.replies.stream().anyMatch(r -> r.topic().equals(topic)));
      }
      assertThat(reader.replies).noneMatch(r -> r.text().contains("forged"));
    }
    assertThat(sensor.replies).isEmpty();
  }

  @Test
  void shouldLetTheSimulatorPlaySensorsButCommandNothing() throws Exception {
    device();
    TestClient operations = client("operations", DESIRED, DEVICE + "/status");
    TestClient simulator = client("simulator", DEVICE + "/answer/#");
    attempt(simulator, DESIRED, "{\"generation\":1}", true, "");
    attempt(simulator, DEVICE + "/status", "{\"state\":\"forged\"}", true, "");
    simulator.ask(ECHO, "hello", DEVICE + "/answer/sim-1/echo", "c");
    assertThat(simulator.finalReply(0).text()).isEqualTo("HELLO");
    operations.publish(
        DESIRED, "{\"generation\":2}".getBytes(StandardCharsets.UTF_8), 1, true, none());
    Eventually.await("desired of operations", GatewayFixture.LIMIT, () -> heard(operations, "2"));
    assertThat(operations.replies)
        .noneMatch(r -> r.text().contains("\"generation\":1") || r.text().contains("forged"));
  }

  @Test
  void shouldLetNobodyInWithoutAName() {
    assertThatThrownBy(() -> TestClient.connect(broker.url())).isInstanceOf(MqttException.class);
  }
}
