package dev.bantam.broker;

import static dev.bantam.broker.RawClient.bytes;
import static dev.bantam.broker.RawClient.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The whole suite: adds SUBSCRIBE, UNSUBSCRIBE, topics, shared subscriptions, MQTT 3.1.1. */
abstract class BrokerConformance extends PublishConformance {

  @Test
  @DisplayName("[MQTT-3.8.4-1..7] SUBSCRIBE grants what was asked")
  void shouldGrant() {
    RawClient client = client("a");
    assertThat(client.subscribed(name, 0).reason()).isZero();
    assertThat(client.subscribed(name, 1).reason()).isEqualTo(1);
    assertThat(client.subscribed(name, 2).reason()).isEqualTo(2);
  }

  @Test
  @DisplayName("[MQTT-3.8.3-2] SUBSCRIBE without a filter ends the connection")
  void shouldCloseOnEmptySubscribe() {
    RawClient client = client("a");
    client.send(emptySubscribe());
    assertThat(client.closedWith()).isNotZero();
  }

  @Test
  @DisplayName("[MQTT-4.7.1-1, 4.7.1-2] misplaced wildcards are refused")
  void shouldRefuseBadFilters() {
    for (String filter : List.of("a/#/b", "a#", "a+/b")) {
      RawClient client = client("a");
      client.send(client.subscribe(7, filter, 0, Props.none()));
      Packet answer = client.read();
      boolean refused = answer == null || answer.reason() >= 0x80;
      assertThat(refused).as(filter).isTrue();
    }
  }

  @Test
  @DisplayName("[MQTT-4.7.1-3, 4.7.3-4] wildcards match as they should")
  void shouldMatchWildcards() {
    assertThat(matches("+/b", "a/b")).isTrue();
    assertThat(matches("a/#", "a")).isTrue();
    assertThat(matches("a/#", "a/b/c")).isTrue();
    assertThat(matches("a/+", "a/")).isTrue();
    assertThat(matches("a/+", "a")).isFalse();
    assertThat(matches("a/+/c", "a/b/d")).isFalse();
    assertThat(matches("A", "a")).isFalse();
  }

  private boolean matches(String filter, String topic) {
    RawClient client = client("m");
    client.subscribed(name + "/" + filter, 0);
    client.publish0(name + "/" + topic, "x");
    return !client.untilPong().isEmpty();
  }

  @Test
  @DisplayName("[MQTT-4.7.2-1] wildcards at the start do not see topics that begin with $")
  void shouldHideDollarTopics() {
    RawClient client = client("a");
    client.subscribed("#", 0x20, Props.none());
    client.subscribed("+/" + name, 0);
    client.publish0("$other/" + name, "x");
    client.publish0(name, "end");
    assertThat(client.untilPong())
        .filteredOn(packet -> packet.topic().contains(name))
        .extracting(Packet::payload)
        .containsOnly("end");
  }

  @Test
  @DisplayName("[MQTT-3.8.3-3] No Local")
  void shouldHonourNoLocal() {
    RawClient client = client("a");
    client.subscribed(name, 0x04, Props.none());
    client.publish0(name, "own");
    client("b").publish1(name, "other");
    assertThat(client.expect(Packet.PUBLISH).payload()).isEqualTo("other");
  }

  @Test
  @DisplayName("[MQTT-3.8.3-4] No Local on a shared subscription is a protocol error")
  void shouldRefuseNoLocalOnShared() {
    RawClient client = client("a");
    client.send(client.subscribe(7, "$share/g/" + name, 0x04, Props.none()));
    if (differs(Difference.NO_LOCAL_SHARED)) {
      assertThat(client.closedWith()).isEqualTo(0x82);
    }
  }

  @Test
  @DisplayName("[MQTT-3.3.4-3..5] subscription identifiers come with the message")
  void shouldSendSubscriptionIdentifiers() {
    RawClient client = client("a");
    client.subscribed(name, 0, Props.none().variable(Props.SUBSCRIPTION_ID, 200));
    client("p").publish1(name, "x");
    assertThat(client.expect(Packet.PUBLISH).properties())
        .containsEntry(Props.SUBSCRIPTION_ID, "200");
  }

  @Test
  @DisplayName("[MQTT-3.8.2-1] a subscription identifier of 0 is a protocol error")
  void shouldRefuseSubscriptionIdentifierZero() {
    RawClient client = client("a");
    client.send(client.subscribe(7, name, 0, Props.none().variable(Props.SUBSCRIPTION_ID, 0)));
    assertThat(client.closedWith()).isNotZero();
  }

  @Test
  @DisplayName("[MQTT-3.3.4-2] overlapping subscriptions: the highest QoS is respected")
  void shouldRespectHighestQos() {
    RawClient client = client("a");
    client.subscribed(name + "/#", 0);
    client.subscribed(name + "/x", 1);
    client("p").publish1(name + "/x", "m");
    assertThat(client.untilPong())
        .filteredOn(packet -> packet.type() == Packet.PUBLISH)
        .anyMatch(packet -> packet.qos() == 1);
  }

  @Test
  @DisplayName("[MQTT-3.10.4-1..5] UNSUBSCRIBE stops delivery; 0x11 where nothing was subscribed")
  void shouldUnsubscribe() {
    RawClient client = client("a");
    client.subscribed(name, 1);
    client.send(client.unsubscribe(8, name));
    assertThat(client.expect(Packet.UNSUBACK).reason()).isZero();
    client.send(client.unsubscribe(9, name));
    assertThat(client.expect(Packet.UNSUBACK).reason()).isEqualTo(0x11);
    client.publish0(name, "x");
    assertThat(client.untilPong()).isEmpty();
  }

  @Test
  @DisplayName("[MQTT-4.8.2-1..3] a shared subscription gives each message to one member")
  void shouldShareMessages() {
    RawClient first = client("a");
    RawClient second = client("b");
    first.subscribed("$share/g/" + name, 0);
    second.subscribed("$share/g/" + name, 0);
    RawClient all = client("c");
    all.subscribed(name, 0);
    RawClient publisher = client("p");
    for (int i = 0; i < 10; i++) {
      publisher.publish1(name, "" + i);
    }
    int one = first.untilPong().size();
    int two = second.untilPong().size();
    assertThat(one + two).isEqualTo(10);
    assertThat(one).isPositive();
    assertThat(two).isPositive();
    assertThat(all.untilPong()).hasSize(10);
  }

  @Test
  @DisplayName("[4.8.2] what a dead shared subscriber did not acknowledge goes to another")
  void shouldRedispatchFromDeadMember() {
    RawClient first = client("a");
    first.subscribed("$share/g/" + name, 1);
    RawClient publisher = client("p");
    publisher.publish1(name, "work");
    assertThat(first.expect(Packet.PUBLISH).payload()).isEqualTo("work");
    RawClient second = client("b");
    second.subscribed("$share/g/" + name, 1);
    first.die();
    if (differs(Difference.SHARED_REDISPATCH)) {
      assertThat(second.expect(Packet.PUBLISH).payload()).isEqualTo("work");
    }
  }

  @Test
  @DisplayName("MQTT 3.1.1: publish, subscribe, session, unsubscribe")
  void shouldServeMqtt311() {
    RawClient old = client311("o", false);
    assertThat(old.subscribed(name, 1).reason()).isEqualTo(1);
    client("p").publish1(name, "from 5", 0, Props.none().text(Props.RESPONSE_TOPIC, "r"));
    Packet got = old.expect(Packet.PUBLISH);
    assertThat(got.payload()).isEqualTo("from 5");
    old.acknowledge(got);
    assertThat(old.publish1(name + "/nobody", "x").reason()).isZero();
    old.die();
    client("q").publish1(name, "while away");
    RawClient again = client311("o", false);
    assertThat(again.expect(Packet.PUBLISH).payload()).isEqualTo("while away");
    again.send(again.unsubscribe(5, name));
    assertThat(again.expect(Packet.UNSUBACK).id()).isEqualTo(5);
  }

  @Test
  @DisplayName("MQTT 3.1.1: QoS 2 both ways")
  void shouldServeQos2OfMqtt311() {
    RawClient old = client311("o", true);
    old.subscribed(name, 2);
    RawClient publisher = client311("p", true);
    publisher.send(publisher.publish(name, 2, 0, 4, Props.none(), utf8("x")));
    publisher.expect(Packet.PUBREC);
    publisher.send(RawClient.ack(0x62, 4));
    publisher.expect(Packet.PUBCOMP);
    Packet got = old.expect(Packet.PUBLISH);
    old.send(RawClient.ack(0x50, got.id()));
    old.expect(Packet.PUBREL);
    old.send(RawClient.ack(0x70, got.id()));
    old.send(bytes(0xE0, 0));
    old.closedWith();
  }
}
