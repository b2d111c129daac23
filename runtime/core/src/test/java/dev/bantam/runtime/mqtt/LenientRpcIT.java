package dev.bantam.runtime.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.testkit.Mosquitto;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The RPC contract as it is kept by default: what ordinary clients leave out is not required. */
class LenientRpcIT extends RpcContractCases {

  private static Mosquitto broker;
  private static GatewayFixture fixture;

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

  @Override
  GatewayFixture fixture() {
    return fixture;
  }

  @Override
  String url() {
    return broker.url();
  }

  @Test
  void shouldAnswerARequestThatHasNothingButAResponseTopic() throws Exception {
    MqttProperties properties = new MqttProperties();
    properties.setResponseTopic(ANSWER);
    TestClient.Reply reply = ask("echo", "hello", properties);
    assertThat(reply.user()).containsEntry("__stat", "200");
    assertThat(reply.properties().getCorrelationData()).isNull();
    assertThat(reply.properties().getMessageExpiryInterval()).isNull();
  }

  @Test
  void shouldTakeAnyShortCorrelationDataAndAnyTimeStamp() throws Exception {
    byte[] correlation = "request 1".getBytes(StandardCharsets.UTF_8);
    TestClient.Reply reply =
        ask("echo", "hello", contract(correlation, Map.of("__ts", "yesterday")));
    assertThat(reply.user()).containsEntry("__stat", "200");
    assertThat(reply.properties().getCorrelationData()).isEqualTo(correlation);
  }

  @Test
  void shouldTakeTheVersionsMajorNumberAlone() throws Exception {
    TestClient.Reply reply = ask("echo", "hi", contract(guid(), Map.of("__protVer", "1")));
    assertThat(reply.user()).containsEntry("__stat", "200");
  }

  @Test
  void shouldExecuteAnotherPayloadUnderTheSameCorrelation() throws Exception {
    byte[] correlation = guid();
    ask("echo", "one", contract(correlation, Map.of()));
    assertThat(ask("echo", "two", contract(correlation, Map.of())).text()).isEqualTo("TWO");
  }

  @Test
  void shouldLetTheClientsExpiryOverrideTheSlotsTimeout() throws Exception {
    ask("echo", "hi", contract());
    assertThat(fixture.handler.executed.get(executed() - 1).withinTimeout()).isFalse();
  }
}
