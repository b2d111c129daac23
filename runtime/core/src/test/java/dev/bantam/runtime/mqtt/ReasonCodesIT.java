package dev.bantam.runtime.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.runtime.config.MqttConfig;
import dev.bantam.testkit.Eventually;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a broker says by reason codes, and what is done about it. */
@Timeout(60)
class ReasonCodesIT {

  private static final String CONTROL = "bantam-gw-1";
  private static final String MAIN = "bantam-gw-1-main";
  private static final String ANSWER = "bantam/v1/device/gw-1/answer/me/x";
  private static final String ECHO = "bantam/v1/device/gw-1/task/echo";
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private static byte[] connack(int code, byte... properties) {
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    rest.write(0);
    rest.write(code);
    Wire.writeVarInt(rest, properties.length);
    rest.writeBytes(properties);
    return ScriptedBroker.packet(0x20, rest.toByteArray());
  }

  private static byte[] disconnect(int code, byte... properties) {
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    rest.write(code);
    Wire.writeVarInt(rest, properties.length);
    rest.writeBytes(properties);
    return ScriptedBroker.packet(0xE0, rest.toByteArray());
  }

  private static byte[] text(int property, String value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(property);
    Wire.writeText(out, value);
    return out.toByteArray();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static GatewayFixture starting(String... urls) {
    List<URI> all = List.of(urls).stream().map(URI::create).toList();
    return GatewayFixture.starting(MqttConfig.of(all.get(0)).withUrls(all), new FakeHandler());
  }

  @ParameterizedTest
  @CsvSource({
    "0x84, does not speak MQTT 5",
    "0x85, does not take the client id",
    "0x87, mqtt.username",
    "0x88, not available now",
    "0x8A, banned",
    "0x95, packet too large",
    "0x97, quota is used up",
    "0x9A, retained",
    "0x9B, QoS 1",
    "0x9F, how often clients may connect"
  })
  void shouldSayWhyTheBrokerRefusesAndComeBack(String code, String words) throws Exception {
    int refusal = Integer.decode(code);
    byte[] said = text(Wire.REASON_STRING, "because\tI say so");
    try (ScriptedBroker broker =
            new ScriptedBroker(
                (client, n) -> n == 1 ? connack(refusal, said) : ScriptedBroker.WELCOME);
        GatewayFixture fixture = starting(broker.url())) {
      assertThat(fixture.awaitFailure())
          .contains(words)
          .containsIgnoringCase("reason code " + code)
          .contains("it says \"because I say so\"");
      fixture.awaitConnected();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0x87, deploy/mosquitto/README.md",
    "0x8B, shuts down",
    "0x8D, mqtt.keep_alive",
    "0x8E, another client connected as",
    "0x95, packet too large",
    "0x97, quota is used up",
    "0x98, somebody ended the connection"
  })
  void shouldSayWhyTheBrokerEndsAConnectionAndComeBack(String code, String words) throws Exception {
    try (ScriptedBroker broker = new ScriptedBroker();
        GatewayFixture fixture = starting(broker.url())) {
      // Given
      fixture.awaitConnected();

      // When
      broker.send(CONTROL, disconnect(Integer.decode(code)));

      // Then
      assertThat(fixture.awaitFailure()).contains(words).containsIgnoringCase(code);
      fixture.awaitConnected();
    }
  }

  @Test
  void shouldSayPlainlyThatAnotherClientTakesTheSession() throws Exception {
    Pace.Set usual = Pace.Set.STANDARD;
    Pace.Set paces =
        new Pace.Set(
            usual.usual(), usual.person(), new Pace(1_500, 3_000)); // longer than connections look
    try (ScriptedBroker broker = new ScriptedBroker();
        GatewayFixture fixture =
            GatewayFixture.starting(
                MqttConfig.of(URI.create(broker.url())), new FakeHandler(), paces)) {
      // When it happens twice
      for (int time = 1; time <= 2; time++) {
        fixture.awaitConnected();
        broker.send(CONTROL, disconnect(0x8E));
        Eventually.await("noticed", LIMIT, () -> !fixture.connected());
      }

      // Then the other connection steps aside as well, and the status says it after the pause
      Eventually.await("both again", LIMIT, () -> broker.connects(MAIN) == 2);
      fixture.awaitConnected();
      String status = "bantam/v1/device/gw-1/status";
      Eventually.await(
          "conflict", LIMIT, () -> text(broker.payloads.get(status)).contains("conflict"));
      Eventually.await(
          "forgotten", LIMIT, () -> !text(broker.payloads.get(status)).contains("conflict"));
    }
  }

  @Test
  void shouldGoWhereTheBrokerSaysAmongItsOwnBrokers() throws Exception {
    try (ScriptedBroker second = new ScriptedBroker();
        ScriptedBroker third = new ScriptedBroker()) {
      byte[] there = text(Wire.SERVER_REFERENCE, third.url().substring("mqtt://".length()));
      try (ScriptedBroker first = new ScriptedBroker((client, n) -> connack(0x9C, there));
          GatewayFixture fixture = starting(first.url(), second.url(), third.url())) {
        fixture.awaitConnected();
        assertThat(third.connects(MAIN)).isPositive();
        assertThat(second.connects(MAIN)).isZero();
      }
    }
  }

  @Test
  void shouldNotFollowTheBrokerToAStrangerButGoToTheNext() throws Exception {
    try (ScriptedBroker stranger = new ScriptedBroker();
        ScriptedBroker second = new ScriptedBroker()) {
      byte[] there = text(Wire.SERVER_REFERENCE, stranger.url().substring("mqtt://".length()));
      try (ScriptedBroker first = new ScriptedBroker();
          GatewayFixture fixture = starting(first.url(), second.url())) {
        // Given
        fixture.awaitConnected();

        // When
        first.send(CONTROL, disconnect(0x9D, there));
        first.send(MAIN, disconnect(0x9D, there));

        // Then
        Eventually.await("at the second", LIMIT, () -> second.connects(MAIN) > 0);
        fixture.awaitConnected();
        assertThat(stranger.log).isEmpty();
      }
    }
  }

  @Test
  void shouldKeepToTheServersKeepAlive() throws Exception {
    byte[] oneSecond = {Wire.SERVER_KEEP_ALIVE, 0, 1};
    try (ScriptedBroker broker = new ScriptedBroker((client, n) -> connack(0, oneSecond));
        GatewayFixture fixture = starting(broker.url())) {
      fixture.awaitConnected();
      broker.await(CONTROL + " PINGREQ");
    }
  }

  @ParameterizedTest
  @CsvSource({"0x87", "0x90", "0x97", "0x99"})
  void shouldGoOnWhenAnAnswerIsRefused(String code) throws Exception {
    try (ScriptedBroker broker = new ScriptedBroker();
        GatewayFixture fixture = starting(broker.url())) {
      // Given
      fixture.awaitConnected();
      broker.refusePublishes(Integer.decode(code));

      // When
      broker.request(MAIN, 1, ECHO, ANSWER, "hi");

      // Then
      broker.await(MAIN + " PUBACK 1");
      broker.refusePublishes(0);
      broker.request(MAIN, 2, ECHO, ANSWER, "hi");
      broker.await(MAIN + " PUBACK 2");
      assertThat(fixture.connected()).isTrue();
    }
  }

  @Test
  void shouldNotSendWhatANewBrokerWouldCutTheConnectionFor() throws Exception {
    byte[] small = {Wire.MAXIMUM_PACKET_SIZE, 0, 0, 4, 0};
    Map<Integer, byte[]> welcomes = Map.of(1, ScriptedBroker.WELCOME);
    try (ScriptedBroker broker =
            new ScriptedBroker((client, n) -> welcomes.getOrDefault(n, connack(0, small)));
        GatewayFixture fixture = starting(broker.url())) {
      // Given: an answer that the broker had no time to acknowledge, before it came back smaller
      fixture.awaitConnected();
      broker.withholdAcknowledgements();
      broker.request(MAIN, 1, ECHO, ANSWER, "x".repeat(3_000));
      broker.await(MAIN + " PUBLISH " + ANSWER);

      // When
      broker.send(MAIN, disconnect(0x8B));
      Eventually.await("connected again", LIMIT, () -> broker.connects(MAIN) == 2);
      broker.acknowledgeAll();
      broker.request(MAIN, 2, ECHO, ANSWER, "short");

      // Then
      broker.await(MAIN + " PUBACK 2");
      long sent = broker.log.stream().filter(l -> l.equals(MAIN + " PUBLISH " + ANSWER)).count();
      assertThat(sent).isEqualTo(2);
    }
  }
}
