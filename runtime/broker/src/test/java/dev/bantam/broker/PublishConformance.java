package dev.bantam.broker;

import static dev.bantam.broker.RawClient.ack;
import static dev.bantam.broker.RawClient.bytes;
import static dev.bantam.broker.RawClient.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** PUBLISH and its acknowledgements, retained messages, flow control. */
abstract class PublishConformance extends ConnectConformance {

  private RawClient subscriber(String filter, int qos) {
    RawClient subscriber = client("s");
    subscriber.subscribed(filter, qos);
    return subscriber;
  }

  /** A session of "s" that is subscribed at QoS 1 and away. */
  private void leaveSubscribed() {
    RawClient subscriber = returning("s");
    subscriber.subscribed(name, 1);
    subscriber.send(bytes(0xE0, 0));
    subscriber.closedWith();
  }

  /** A publisher that has sent "once" at QoS 2 under the identifier 9, and no PUBREL yet. */
  private RawClient halfPublishedOnce() {
    RawClient publisher = client("p");
    publisher.send(publisher.publish(name, 2, 0, 9, Props.none(), utf8("once")));
    publisher.expect(Packet.PUBREC);
    return publisher;
  }

  @Test
  @DisplayName("[MQTT-3.3.2-15..20] properties of a request are passed on unaltered")
  void shouldPassOnProperties() {
    RawClient subscriber = subscriber(name, 1);
    Props sent =
        Props.none()
            .u8(0x01, 1)
            .text(Props.CONTENT_TYPE, "application/json")
            .text(Props.RESPONSE_TOPIC, name + "/answer")
            .binary(Props.CORRELATION_DATA, bytes(1, 2, 250))
            .user("k", "1")
            .user("k", "2");
    client("p").publish1(name, "hi", 0, sent);
    Packet got = subscriber.expect(Packet.PUBLISH);
    assertThat(got.properties())
        .containsEntry(0x01, "1")
        .containsEntry(Props.CONTENT_TYPE, "application/json")
        .containsEntry(Props.RESPONSE_TOPIC, name + "/answer")
        .containsEntry(Props.CORRELATION_DATA, "0102fa")
        .containsEntry(0x26, "k=1,k=2");
    assertThat(got.payload()).isEqualTo("hi");
  }

  @Test
  @DisplayName("[MQTT-3.8.4-8] the delivered QoS is the lower of both")
  void shouldLowerQos() {
    RawClient low = subscriber(name, 0);
    client("p").publish1(name, "x");
    assertThat(low.expect(Packet.PUBLISH).qos()).isZero();
  }

  @Test
  @DisplayName("[MQTT-4.3.2-4] QoS 1 is acknowledged; 0x10 where nobody subscribed")
  void shouldAcknowledge() {
    RawClient publisher = client("p");
    assertThat(publisher.publish1(name, "x").reason()).isEqualTo(0x10);
    publisher.subscribed(name, 0);
    publisher.send(publisher.publish(name, 1, 0, 3, Props.none(), utf8("x")));
    assertThat(publisher.untilPong())
        .filteredOn(packet -> packet.type() == Packet.PUBACK)
        .singleElement()
        .satisfies(puback -> assertThat(puback.reason()).isZero());
  }

  @Test
  @DisplayName("[MQTT-4.3.3-8..11] QoS 2 from a client arrives once, even if sent twice")
  void shouldReceiveExactlyOnce() {
    RawClient subscriber = subscriber(name, 0);
    RawClient publisher = halfPublishedOnce();
    publisher.send(publisher.publish(name, 2, 8, 9, Props.none(), utf8("once")));
    publisher.expect(Packet.PUBREC);
    publisher.send(ack(0x62, 9));
    assertThat(publisher.expect(Packet.PUBCOMP).reason()).isZero();
    assertThat(subscriber.expect(Packet.PUBLISH).payload()).isEqualTo("once");
    assertThat(subscriber.untilPong()).isEmpty();
  }

  @Test
  @DisplayName("[MQTT-4.3.3-2..5] QoS 2 to a client: PUBREC, PUBREL, PUBCOMP")
  void shouldDeliverExactlyOnce() {
    RawClient subscriber = subscriber(name, 2);
    RawClient publisher = halfPublishedOnce();
    publisher.send(ack(0x62, 9));
    Packet got = subscriber.expect(Packet.PUBLISH);
    assertThat(got.qos()).isEqualTo(2);
    subscriber.send(ack(0x50, got.id()));
    assertThat(subscriber.expect(Packet.PUBREL).id()).isEqualTo(got.id());
    subscriber.send(ack(0x70, got.id()));
    assertThat(subscriber.untilPong()).isEmpty();
  }

  @Test
  @DisplayName("[MQTT-4.4.0-1, 3.3.1-1] what was not acknowledged is sent again with DUP")
  void shouldRedeliverAfterReconnect() {
    RawClient subscriber = returning("s");
    subscriber.subscribed(name, 1);
    RawClient publisher = client("p");
    publisher.publish1(name, "one");
    publisher.publish1(name, "two");
    Packet first = subscriber.expect(Packet.PUBLISH);
    subscriber.expect(Packet.PUBLISH);
    subscriber.die();
    RawClient again = returning("s");
    Packet repeated = again.expect(Packet.PUBLISH);
    assertThat(repeated.dup()).isTrue();
    assertThat(repeated.payload()).isEqualTo("one");
    assertThat(repeated.id()).isEqualTo(first.id());
    assertThat(again.expect(Packet.PUBLISH).payload()).isEqualTo("two");
  }

  @Test
  @DisplayName("[MQTT-4.5.0-1] messages wait for a session that is away")
  void shouldQueueWhileAway() {
    leaveSubscribed();
    client("p").publish1(name, "later");
    assertThat(returning("s").expect(Packet.PUBLISH).payload()).isEqualTo("later");
  }

  @Test
  @DisplayName("[MQTT-4.6.0-5, 4.6.0-6] order per topic is kept")
  void shouldKeepOrder() {
    RawClient subscriber = subscriber(name, 1);
    RawClient publisher = client("p");
    for (int i = 0; i < 100; i++) {
      publisher.send(publisher.publish(name, 1, 0, i + 1, Props.none(), utf8("" + i)));
    }
    for (int i = 0; i < 100; i++) {
      Packet next = subscriber.expect(Packet.PUBLISH);
      assertThat(next.payload()).isEqualTo("" + i);
      subscriber.acknowledge(next);
    }
  }

  @Test
  @DisplayName("[MQTT-3.3.4-9, 4.9.0-2] no more than Receive Maximum is in flight")
  void shouldHonourReceiveMaximum() {
    RawClient subscriber = client("s", Props.none().u16(Props.RECEIVE_MAXIMUM, 3));
    subscriber.subscribed(name, 1);
    RawClient publisher = client("p");
    IntStream.range(0, 10).forEach(i -> publisher.publish1(name, "" + i));
    List<Packet> unacknowledged = subscriber.untilPong();
    if (differs(Difference.RECEIVE_MAXIMUM)) {
      assertThat(unacknowledged).hasSize(3);
    }
    unacknowledged.forEach(subscriber::acknowledge);
    for (int i = unacknowledged.size(); i < 10; i++) {
      Packet next = subscriber.expect(Packet.PUBLISH);
      assertThat(next.payload()).isEqualTo("" + i);
      subscriber.acknowledge(next);
    }
  }

  @Test
  @DisplayName("[MQTT-3.1.2-24, 3.1.2-25] packets beyond the client's maximum are not sent")
  void shouldHonourMaximumPacketSize() {
    RawClient subscriber = client("s", Props.none().u32(Props.MAXIMUM_PACKET_SIZE, 100));
    subscriber.subscribed(name, 1);
    RawClient publisher = client("p");
    publisher.publish1(name, "x".repeat(200));
    publisher.publish1(name, "small");
    assertThat(subscriber.expect(Packet.PUBLISH).payload()).isEqualTo("small");
  }

  @Test
  @DisplayName(
      "[MQTT-3.3.2-5, 3.3.2-6] message expiry: what is over is dropped, the rest counts down")
  void shouldExpireMessages() throws InterruptedException {
    leaveSubscribed();
    RawClient publisher = client("p");
    publisher.publish1(name, "short", 0, Props.none().u32(Props.MESSAGE_EXPIRY, 1));
    publisher.publish1(name, "long", 0, Props.none().u32(Props.MESSAGE_EXPIRY, 100));
    Thread.sleep(2_100); // time itself is the matter here
    Packet got = returning("s").expect(Packet.PUBLISH);
    assertThat(got.payload()).isEqualTo("long");
    assertThat(Integer.parseInt(got.properties().get(Props.MESSAGE_EXPIRY))).isBetween(90, 99);
  }

  @Test
  @DisplayName(
      "[MQTT-3.3.1-5..8] a retained message greets new subscribers, an empty one removes it")
  void shouldRetain() {
    RawClient publisher = client("p");
    publisher.publish1(name + "/a", "kept", 1, Props.none());
    RawClient subscriber = subscriber(name + "/+", 1);
    Packet greeting = subscriber.expect(Packet.PUBLISH);
    assertThat(greeting.retain()).isTrue();
    subscriber.acknowledge(greeting);
    publisher.publish1(name + "/a", "", 1, Props.none());
    RawClient late = client("l");
    late.subscribed(name + "/+", 1);
    assertThat(late.untilPong()).isEmpty();
  }

  @Test
  @DisplayName("[MQTT-3.3.1-12, 3.3.1-13] Retain As Published")
  void shouldHonourRetainAsPublished() {
    RawClient plain = client("s");
    plain.subscribed(name, 0);
    RawClient asPublished = client("r");
    asPublished.subscribed(name, 0x08, Props.none());
    client("p").publish1(name, "x", 1, Props.none());
    assertThat(plain.expect(Packet.PUBLISH).retain()).isFalse();
    assertThat(asPublished.expect(Packet.PUBLISH).retain()).isTrue();
  }

  @Test
  @DisplayName("[MQTT-3.3.1-9..11] Retain Handling")
  void shouldHonourRetainHandling() {
    client("p").publish1(name, "kept", 1, Props.none());
    RawClient never = client("n");
    never.subscribed(name, 0x20, Props.none());
    assertThat(never.untilPong()).isEmpty();
    RawClient once = client("o");
    once.subscribed(name, 0x10, Props.none());
    assertThat(once.expect(Packet.PUBLISH).payload()).isEqualTo("kept");
    once.subscribed(name, 0x10, Props.none());
    assertThat(once.untilPong()).isEmpty();
    once.subscribed(name, 0x00, Props.none());
    assertThat(once.expect(Packet.PUBLISH).payload()).isEqualTo("kept");
  }

  @Test
  @DisplayName("[MQTT-3.3.2-2] a wildcard in a topic name ends the connection")
  void shouldCloseOnWildcardInTopic() {
    RawClient client = client("a");
    client.publish0(name + "/#", "x");
    assertThat(client.closedWith()).isNotZero();
  }

  @Test
  @DisplayName("[MQTT-3.3.2-14] a wildcard in a response topic ends the connection")
  void shouldCloseOnWildcardInResponseTopic() {
    RawClient client = client("a");
    Props properties = Props.none().text(Props.RESPONSE_TOPIC, "a/#");
    client.send(client.publish(name, 0, 0, 0, properties, utf8("x")));
    if (differs(Difference.RESPONSE_TOPIC_WILDCARD)) {
      assertThat(client.closedWith()).isEqualTo(0x82);
    }
  }

  @Test
  @DisplayName("[MQTT-3.2.2-17] a topic alias that was not offered ends the connection")
  void shouldCloseOnTopicAlias() {
    RawClient client = client("a");
    Props properties = Props.none().u16(Props.TOPIC_ALIAS, 1);
    client.send(client.publish(name, 0, 0, 0, properties, utf8("x")));
    int reason = client.closedWith();
    if (differs(Difference.TOPIC_ALIAS_REASON)) {
      assertThat(reason).isEqualTo(0x94);
    }
  }

  @Test
  @DisplayName("[MQTT-3.3.4-6] a subscription identifier in a client's PUBLISH ends the connection")
  void shouldCloseOnSubscriptionIdentifierInPublish() {
    RawClient client = client("a");
    Props properties = Props.none().variable(Props.SUBSCRIPTION_ID, 1);
    client.send(client.publish(name, 0, 0, 0, properties, utf8("x")));
    if (differs(Difference.SUBSCRIPTION_IDENTIFIER_IN_PUBLISH)) {
      assertThat(client.closedWith()).isEqualTo(0x82);
    }
  }

  @Test
  @DisplayName("[MQTT-1.5.4-1, 1.5.4-2] ill-formed UTF-8 and U+0000 end the connection")
  void shouldCloseOnBadUtf8() {
    RawClient broken = client("a");
    broken.send(publishWithBrokenUtf8(name));
    broken.closedWith();
    RawClient nul = client("b");
    nul.publish0(name + "\0", "x");
    nul.closedWith();
  }

  @Test
  @DisplayName("[MQTT-3.3.1-4, 2.2.1-3] QoS 3 and packet identifier 0 end the connection")
  void shouldCloseOnQos3AndIdentifierZero() {
    RawClient qos3 = client("a");
    qos3.send(qos3.publish(name, 3, 0, 1, Props.none(), utf8("x")));
    qos3.closedWith();
    RawClient zero = client("b");
    zero.send(zero.publish(name, 1, 0, 0, Props.none(), utf8("x")));
    zero.closedWith();
  }

  @Test
  @DisplayName(
      "[MQTT-3.2.2-15] a packet larger than the broker's maximum ends the connection: 0x95")
  void shouldCloseOnTooLargePacket() {
    RawClient client = client("a");
    int larger = (1 << 20) + 10;
    client.send(RawClient.join(bytes(0x30), RawClient.variableInteger(larger)));
    client.send(RawClient.join(RawClient.text(name), bytes(0), new byte[1_000]));
    try {
      for (int sent = 0; sent < larger; sent += 65_536) {
        client.send(new byte[65_536]);
      }
    } catch (UncheckedIOException e) {
      assertThat(e).hasMessageMatching("(?s).*(reset|Broken pipe|closed).*");
    }
    assertThat(client.closedWith()).isIn(0x95, -1);
    assertThat(client("b").untilPong()).isEmpty();
  }

  @Test
  @DisplayName("[4.7.2] publishing to $SYS")
  void shouldNotLetClientsWriteSysTopics() {
    RawClient client = client("a");
    Packet puback = client.publish1("$SYS/" + name, "x");
    if (differs(Difference.PUBLISH_TO_SYS)) {
      assertThat(puback.reason()).isEqualTo(0x87);
    }
  }
}
