package dev.bantam.runtime.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.testkit.Eventually;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the executor of the RPC contract does whether the contract is kept strictly or not; {@code
 * runtime/docs/rpc-contract.md} refers to these tests by name.
 */
abstract class RpcContractCases {

  static final String BASE = "bantam/v1/device/gw-1";
  static final String ANSWER = BASE + "/answer/me/x";
  static final String ECHO = BASE + "/task/echo";
  static final Duration LIMIT = Duration.ofSeconds(20);

  TestClient client;

  abstract GatewayFixture fixture();

  abstract String url();

  @BeforeEach
  void connect() throws Exception {
    client = TestClient.connect(url(), BASE + "/answer/#");
  }

  @AfterEach
  void disconnect() throws Exception {
    client.close();
  }

  static byte[] guid() {
    UUID id = UUID.randomUUID();
    return ByteBuffer.allocate(16)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .array();
  }

  /** A request's properties as the contract wants them. */
  static MqttProperties contract() {
    return contract(guid(), Map.of());
  }

  static MqttProperties contract(byte[] correlation, Map<String, String> user) {
    MqttProperties properties = new MqttProperties();
    properties.setResponseTopic(ANSWER);
    properties.setCorrelationData(correlation);
    properties.setMessageExpiryInterval(60L);
    properties.setPayloadFormat(true);
    List<UserProperty> all = new ArrayList<>();
    all.add(new UserProperty("__invId", "invoker-1"));
    user.forEach((name, value) -> all.add(new UserProperty(name, value)));
    properties.setUserProperties(all);
    return properties;
  }

  void send(String topic, String payload, MqttProperties properties) throws Exception {
    client.publish(topic, payload.getBytes(StandardCharsets.UTF_8), 1, false, properties);
  }

  TestClient.Reply ask(String task, String payload, MqttProperties properties) throws Exception {
    int before = client.finals().size();
    send(BASE + "/task/" + task, payload, properties);
    return client.finalReply(before);
  }

  int executed() {
    return fixture().handler.executed.size();
  }

  @Test
  void shouldEchoTheCorrelationDataAndSayStatusAndVersion() throws Exception {
    byte[] correlation = guid();
    TestClient.Reply reply = ask("echo", "hello", contract(correlation, Map.of()));
    assertThat(reply.topic()).isEqualTo(ANSWER);
    assertThat(reply.text()).isEqualTo("HELLO");
    assertThat(reply.properties().getCorrelationData()).isEqualTo(correlation);
    assertThat(reply.properties().getPayloadFormat()).isTrue();
    assertThat(reply.properties().getContentType()).isEqualTo("text/plain; charset=utf-8");
    assertThat(reply.user())
        .containsOnly(Map.entry("__protVer", "1.0"), Map.entry("__stat", "200"));
  }

  @Test
  void shouldSayNoContentWhereTheAnswerIsEmpty() throws Exception {
    TestClient.Reply reply = ask("nothing", "hello", contract());
    assertThat(reply.user()).containsEntry("__stat", "204");
    assertThat(reply.payload()).isEmpty();
  }

  @Test
  void shouldAnswerWithTheRemainingExpiry() throws Exception {
    // Given
    send(BASE + "/task/hold", "wait", contract());
    Eventually.await("held", LIMIT, () -> fixture().handler.held() == 1);
    long deadline = fixture().handler.executed.get(executed() - 1).deadlineNanos().orElseThrow();
    long second = Duration.ofSeconds(1).toNanos();
    Eventually.await(
        "over a second has passed", LIMIT, () -> deadline - System.nanoTime() < 58 * second);

    // When
    fixture().handler.release(fixture().context);

    // Then
    assertThat(client.finalReply(0).properties().getMessageExpiryInterval()).isBetween(30L, 58L);
  }

  @ParameterizedTest
  @CsvSource({"2.0, 2.0", "0.9, 0.9", "one, one", "1., 1."})
  void shouldRefuseOtherMajorVersions(String version, String named) throws Exception {
    int before = executed();
    TestClient.Reply reply = ask("echo", "hi", contract(guid(), Map.of("__protVer", version)));
    assertThat(reply.user())
        .containsEntry("__stat", "505")
        .containsEntry("__protVer", "1.0")
        .containsEntry("__supProtMajVer", "1")
        .containsEntry("__requestProtVer", named)
        .containsEntry("__propName", "__protVer");
    assertThat(executed()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.0", "1.1", "1.7"})
  void shouldTakeAllMinorVersions(String version) throws Exception {
    TestClient.Reply reply = ask("echo", "hi", contract(guid(), Map.of("__protVer", version)));
    assertThat(reply.user()).containsEntry("__stat", "200");
  }

  @Test
  void shouldNotLookAtAFencingToken() throws Exception {
    TestClient.Reply reply = ask("echo", "hi", contract(guid(), Map.of("__ft", "whatever")));
    assertThat(reply.user()).containsEntry("__stat", "200");
  }

  @Test
  void shouldNameAContentTypeThatItDoesNotRead() throws Exception {
    MqttProperties properties = contract();
    properties.setContentType("application/protobuf");
    TestClient.Reply reply = ask("echo", "hi", properties);
    assertThat(reply.user())
        .containsEntry("__stat", "415")
        .containsEntry("__propName", "Content Type")
        .containsEntry("__propVal", "application/protobuf")
        .doesNotContainKey("__apErr");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "   ", "{", "{\"prompt\":\"a\"} b"})
  void shouldRefuseAPayloadThatItCannotReadWithoutBlamingAProperty(String payload)
      throws Exception {
    TestClient.Reply reply = ask("echo", payload, contract());
    assertThat(reply.user())
        .containsEntry("__stat", "400")
        .doesNotContainKeys("__propName", "__apErr")
        .containsKey("__stMsg");
  }

  @ParameterizedTest
  @CsvSource({
    "PLUGIN_FAILED, 500, true",
    "MODEL_UNUSABLE, 500, true",
    "CANCELLED, 500, true",
    "INVALID_REQUEST, 400, false",
    "PROMPT_TOO_LONG, 400, false",
    "BUSY, 503, false",
    "DRAINING, 503, false",
    "OUT_OF_MEMORY, 503, false"
  })
  void shouldSayWhetherAnErrorIsThePlugins(String code, String status, boolean application)
      throws Exception {
    TestClient.Reply reply = ask("fail", code, contract());
    assertThat(reply.user()).containsEntry("__stat", status);
    assertThat(reply.user().get("__apErr")).isEqualTo(application ? "true" : null);
    assertThat(reply.user()).containsEntry("__stMsg", "failed on purpose");
    assertThat(reply.json().at("/error/retry_after_ms").asLong()).isEqualTo(2_000);
  }

  @Test
  void shouldNameTheTimeoutThatEndedAnExecution() throws Exception {
    TestClient.Reply reply = ask("slow", "hi", contract());
    assertThat(reply.user())
        .containsEntry("__stat", "408")
        .containsEntry("__propName", "ExecutionTimeout")
        .containsEntry("__propVal", "PT1M30S")
        .doesNotContainKey("__apErr");
  }

  @Test
  void shouldAnswerARepeatedRequestFromTheCacheUntilItExpires() throws Exception {
    // Given
    byte[] correlation = guid();
    ask("echo", "once", contract(correlation, Map.of()));
    int before = executed();

    // When
    TestClient.Reply again = ask("echo", "once", contract(correlation, Map.of()));

    // Then
    assertThat(again.text()).isEqualTo("ONCE");
    assertThat(again.user()).containsEntry("__stat", "200");
    assertThat(executed()).isEqualTo(before);
  }

  @Test
  void shouldAnswerTwiceWhatCameAgainWhileItWasExecuted() throws Exception {
    // Given
    byte[] correlation = guid();
    int before = executed();
    send(BASE + "/task/hold", "once", contract(correlation, Map.of()));
    Eventually.await("held", LIMIT, () -> fixture().handler.held() == 1);
    send(BASE + "/task/hold", "once", contract(correlation, Map.of()));
    ask("echo", "behind both", contract());

    // When
    fixture().handler.release(fixture().context);

    // Then
    client.finalReply(2);
    assertThat(client.finals().stream().map(TestClient.Reply::text).sorted())
        .containsExactly("BEHIND BOTH", "ONCE", "ONCE");
    assertThat(executed()).isEqualTo(before + 2);
  }

  @Test
  void shouldExecuteTheSamePayloadUnderAnotherCorrelation() throws Exception {
    int before = executed();
    ask("echo", "again", contract());
    ask("echo", "again", contract());
    assertThat(executed()).isEqualTo(before + 2);
  }

  @Test
  void shouldLookAtACorrectedRequestAnew() throws Exception {
    // Given
    byte[] correlation = guid();
    TestClient.Reply refused = ask("echo", "hi", contract(correlation, Map.of("__protVer", "2.0")));
    assertThat(refused.user()).containsEntry("__stat", "505");

    // When
    TestClient.Reply reply = ask("echo", "hi", contract(correlation, Map.of()));

    // Then
    assertThat(reply.user()).containsEntry("__stat", "200");
  }
}
