package dev.bantam.broker;

import static dev.bantam.broker.RawClient.bytes;
import static dev.bantam.broker.RawClient.connect;
import static dev.bantam.broker.RawClient.join;
import static dev.bantam.broker.RawClient.packet;
import static dev.bantam.broker.RawClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** CONNECT, DISCONNECT, PINGREQ, sessions and wills. */
abstract class ConnectConformance extends ConformanceContract {

  @Test
  @DisplayName("[MQTT-3.1.0-1] the first packet must be CONNECT")
  void shouldCloseWhenFirstPacketIsNotConnect() {
    RawClient client = raw();
    client.send(bytes(0xC0, 0));
    assertThat(client.closedWith()).isEqualTo(-1);
  }

  @Test
  @DisplayName("[MQTT-3.1.0-2] a second CONNECT is a protocol error")
  void shouldCloseOnSecondConnect() {
    RawClient client = client("a");
    client.send(connect(name + "a", Props.none()));
    client.closedWith();
  }

  @Test
  @DisplayName("[MQTT-3.1.2-1, 3.1.2-2] an unknown protocol is refused")
  void shouldCloseOnUnknownProtocol() {
    RawClient client = raw();
    client.send(packet(0x10, join(text("MQTX"), bytes(5, 2, 0, 0, 0), text(name))));
    assertThat(client.closedWith()).isNotZero();
  }

  @Test
  @DisplayName("[MQTT-3.1.2-3] the reserved connect flag must be 0")
  void shouldCloseOnReservedConnectFlag() {
    RawClient client = raw();
    client.send(connect(name, 0x03, 0, bytes(0), bytes()));
    assertThat(client.closedWith()).isNotZero();
  }

  @Test
  @DisplayName("[MQTT-3.1.3-6, 3.2.2-16] an empty client identifier gets an assigned one")
  void shouldAssignClientIdentifier() {
    RawClient client = raw();
    Packet connack = client.connected("", Props.none());
    assertThat(connack.properties().get(0x12)).isNotBlank();
  }

  @Test
  @DisplayName("[MQTT-3.1.3-8] an empty client identifier without clean start")
  void shouldAnswerEmptyIdentifierWithoutCleanStart() {
    RawClient client = raw();
    client.send(connect("", 0, 0, bytes(0), bytes()));
    int expected = differs(Difference.EMPTY_ID_WITHOUT_CLEAN_START) ? 0x85 : 0;
    assertThat(client.expect(Packet.CONNACK).reason()).isEqualTo(expected);
  }

  @Test
  @DisplayName("[MQTT-3.1.4-3] a second client with the identifier takes the session over")
  void shouldTakeOverSession() {
    RawClient first = client("a");
    RawClient second = client("a");
    int reason = first.closedWith();
    if (differs(Difference.TAKE_OVER_REASON)) {
      assertThat(reason).isEqualTo(0x8E);
    }
    assertThat(second.untilPong()).isEmpty();
  }

  @Test
  @DisplayName("[MQTT-3.1.2-4, 3.2.2-2, 3.2.2-3] clean start and session present")
  void shouldKeepSessionUntilCleanStart() {
    RawClient first = returning("a");
    first.subscribed(name, 1);
    first.send(bytes(0xE0, 0));
    first.closedWith();
    Packet resumed =
        raw()
            .connected(
                connect(
                    name + "a",
                    0,
                    0,
                    Props.none().u32(Props.SESSION_EXPIRY, 300).encoded(),
                    bytes()));
    assertThat(resumed.sessionPresent()).isTrue();
    assertThat(raw().connected(name + "a", Props.none()).sessionPresent()).isFalse();
  }

  @Test
  @DisplayName("[MQTT-3.1.2-23] without session expiry the session ends with the connection")
  void shouldEndSessionWithConnection() {
    RawClient first = client("a");
    first.subscribed(name, 1);
    first.send(bytes(0xE0, 0));
    first.closedWith();
    Packet again = raw().connected(connect(name + "a", 0, 0, bytes(0), bytes()));
    assertThat(again.sessionPresent()).isFalse();
  }

  @Test
  @DisplayName("[MQTT-3.14.2-2] session expiry cannot be raised from 0 at DISCONNECT")
  void shouldRefuseRaisedSessionExpiry() {
    RawClient client = client("a");
    client.send(packet(0xE0, join(bytes(0), Props.none().u32(Props.SESSION_EXPIRY, 60).encoded())));
    int reason = client.closedWith();
    if (differs(Difference.SESSION_EXPIRY_RAISED)) {
      assertThat(reason).isEqualTo(0x82);
    }
  }

  @Test
  @DisplayName("[MQTT-3.1.2-8] the will is published when the connection breaks")
  void shouldPublishWill() {
    RawClient watcher = client("w");
    watcher.subscribed(name + "/will", 1);
    withWill("a", Props.none().user("why", "crash")).die();
    Packet will = watcher.expect(Packet.PUBLISH);
    assertThat(will.payload()).isEqualTo("gone");
    assertThat(will.properties()).containsEntry(0x26, "why=crash");
  }

  @Test
  @DisplayName("[MQTT-3.1.2-10, 3.14.4-3] a normal DISCONNECT removes the will")
  void shouldForgetWillAtDisconnect() {
    RawClient watcher = client("w");
    watcher.subscribed(name + "/will", 1);
    RawClient client = withWill("a", Props.none());
    client.send(bytes(0xE0, 0));
    client.closedWith();
    assertThat(watcher.untilPong()).isEmpty();
  }

  @Test
  @DisplayName("[MQTT-3.1.2-8] DISCONNECT 0x04 publishes the will")
  void shouldPublishWillAtDisconnectWithWill() {
    RawClient watcher = client("w");
    watcher.subscribed(name + "/will", 1);
    withWill("a", Props.none()).send(bytes(0xE0, 1, 4));
    assertThat(watcher.expect(Packet.PUBLISH).payload()).isEqualTo("gone");
  }

  @Test
  @DisplayName("[MQTT-3.1.3-9] a delayed will is not sent when the client is back in time")
  void shouldNotPublishDelayedWillAfterReturn() {
    RawClient watcher = client("w");
    watcher.subscribed(name + "/will", 1);
    withWill("a", Props.none().u32(Props.WILL_DELAY, 1)).die();
    returning("a");
    watcher.publish0("nobody", "x");
    assertThat(watcher.untilPong()).isEmpty();
  }

  @Test
  @DisplayName("[MQTT-3.1.3-9] a delayed will is sent after its delay")
  void shouldPublishDelayedWill() {
    RawClient watcher = client("w");
    watcher.subscribed(name + "/will", 1);
    withWill("a", Props.none().u32(Props.WILL_DELAY, 1)).die();
    assertThat(watcher.untilPong()).isEmpty();
    assertThat(watcher.expect(Packet.PUBLISH).payload()).isEqualTo("gone");
  }

  private RawClient withWill(String suffix, Props willProperties) {
    RawClient client = raw();
    byte[] session = Props.none().u32(Props.SESSION_EXPIRY, 300).encoded();
    byte[] will = RawClient.will(willProperties, name + "/will", "gone");
    client.connected(connect(name + suffix, 0x02 | 0x04 | 0x08, 0, session, will));
    return client;
  }

  @Test
  @DisplayName("[MQTT-3.12.4-1] PINGREQ is answered")
  void shouldAnswerPing() {
    assertThat(client("a").untilPong()).isEmpty();
  }

  @Test
  @DisplayName("[MQTT-3.1.2-22] a silent client is closed after one and a half keep alives")
  void shouldCloseSilentClient() {
    RawClient client = raw();
    client.connected(connect(name, 0x02, 1, bytes(0), bytes()));
    if (differs(Difference.KEEP_ALIVE_LATE)) {
      assertThat(client.closedWith()).isEqualTo(-1);
    }
  }

  @Test
  @DisplayName("[MQTT-4.12.0-1] an unknown authentication method is refused")
  void shouldRefuseAuthenticationMethod() {
    RawClient client = raw();
    client.send(connect(name, Props.none().text(Props.AUTH_METHOD, "SCRAM-SHA-1")));
    assertThat(client.expect(Packet.CONNACK).reason()).isEqualTo(0x8C);
  }

  @Test
  @DisplayName("[MQTT-3.1.2-24, 2.2.2-2] Receive Maximum of 0 is refused")
  void shouldRefuseReceiveMaximumOfZero() {
    RawClient client = raw();
    client.send(connect(name, Props.none().u16(Props.RECEIVE_MAXIMUM, 0)));
    assertThat(client.closedWith()).isNotZero();
  }

  @Test
  @DisplayName("[MQTT-4.13.1-1, 2.1.3-1] bad fixed header flags are malformed")
  void shouldCloseOnBadFlags() {
    RawClient client = client("a");
    client.send(packet(0x80, join(bytes(0, 1, 0), text(name), bytes(0))));
    int reason = client.closedWith();
    if (differs(Difference.MALFORMED_BEFORE_CLOSE)) {
      assertThat(reason).isEqualTo(0x81);
    }
  }
}
