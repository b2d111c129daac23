package dev.bantam.runtime.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.runtime.config.MqttConfig;
import dev.bantam.testkit.Eventually;
import dev.bantam.testkit.Mosquitto;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code mqtt.strict_rpc: true}: what the RPC contract requires of a request is required. */
class StrictRpcIT extends RpcContractCases {

  private static Mosquitto broker;
  private static GatewayFixture fixture;

  @BeforeAll
  static void start(@TempDir Path folder) {
    broker = Mosquitto.start(folder);
    fixture = GatewayFixture.start(broker.url(), new FakeHandler(), StrictRpcIT::strict);
  }

  private static MqttConfig strict(MqttConfig config) {
    return config.withStrictRpc(true);
  }

  @AfterAll
  static void stop() {
    fixture.close();
    broker.close();
  }

  @Override
  GatewayFixture fixture() {
    return fixture;
  }

  @Override
  String url() {
    return broker.url();
  }

  private TestClient.Reply refused(MqttProperties properties, String property) throws Exception {
    int before = executed();
    TestClient.Reply reply = ask("echo", "hello", properties);
    assertThat(reply.user())
        .containsEntry("__stat", "400")
        .containsEntry("__propName", property)
        .doesNotContainKey("__apErr");
    assertThat(reply.json().at("/error/code").asText()).isEqualTo("invalid_request");
    assertThat(executed()).isEqualTo(before);
    return reply;
  }

  @Test
  void shouldRefuseARequestWithoutCorrelationData() throws Exception {
    MqttProperties properties = contract();
    properties.setCorrelationData(new byte[0]);
    TestClient.Reply reply = refused(properties, "Correlation Data");
    assertThat(reply.user()).doesNotContainKey("__propVal");
    assertThat(reply.json().at("/error/message").asText()).contains("no correlation data");
  }

  @Test
  void shouldRefuseCorrelationDataThatIsNoGuid() throws Exception {
    byte[] correlation = "c-1".getBytes(StandardCharsets.UTF_8);
    TestClient.Reply reply = refused(contract(correlation, Map.of()), "Correlation Data");
    assertThat(reply.user()).containsEntry("__propVal", "c-1");
    assertThat(reply.properties().getCorrelationData()).isEqualTo(correlation);
  }

  @Test
  void shouldTakeAGuidInCharactersToo() throws Exception {
    byte[] correlation = UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8);
    assertThat(ask("echo", "hello", contract(correlation, Map.of())).user())
        .containsEntry("__stat", "200");
  }

  @Test
  void shouldRefuseARequestWithoutMessageExpiry() throws Exception {
    MqttProperties properties = contract();
    properties.setMessageExpiryInterval(null);
    TestClient.Reply reply = refused(properties, "Message Expiry");
    assertThat(reply.properties().getCorrelationData()).isEqualTo(properties.getCorrelationData());
    assertThat(reply.json().at("/error/message").asText()).contains("no message expiry interval");
  }

  @Test
  void shouldRefuseARequestOfAnUnnamedInvoker() throws Exception {
    MqttProperties properties = contract();
    properties.setUserProperties(List.of());
    assertThat(refused(properties, "__invId").user()).doesNotContainKey("__propVal");
  }

  @Test
  void shouldTakeTheSourceIdForTheInvokerId() throws Exception {
    MqttProperties properties = contract();
    properties.setUserProperties(List.of(new UserProperty("__srcId", "invoker-1")));
    assertThat(ask("echo", "hello", properties).user()).containsEntry("__stat", "200");
  }

  @Test
  void shouldRefuseATimeStampThatIsNoHybridLogicalClock() throws Exception {
    TestClient.Reply reply = refused(contract(guid(), Map.of("__ts", "yesterday")), "__ts");
    assertThat(reply.user()).containsEntry("__propVal", "yesterday");
  }

  @Test
  void shouldTakeAHybridLogicalClock() throws Exception {
    Map<String, String> user = Map.of("__ts", "001795608000000:00003:invoker-1");
    assertThat(ask("echo", "hello", contract(guid(), user)).user()).containsEntry("__stat", "200");
  }

  @Test
  void shouldAnswerACorrelationSeenBeforeWithoutLookingAtThePayload() throws Exception {
    byte[] correlation = guid();
    ask("echo", "one", contract(correlation, Map.of()));
    assertThat(ask("echo", "two", contract(correlation, Map.of())).text()).isEqualTo("ONE");
  }

  @Test
  void shouldLetTheSlotsTimeoutEndARequestThatExpiresLater() throws Exception {
    ask("echo", "hi", contract());
    assertThat(fixture.handler.executed.get(executed() - 1).withinTimeout()).isTrue();
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
    Eventually.await("an answer", LIMIT, () -> !client.replies.isEmpty());
    assertThat(client.replies.get(0).text()).contains("\"text\":\"HI\"");
  }
}
