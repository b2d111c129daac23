package dev.bantam.broker;

import static dev.bantam.broker.RawClient.bytes;
import static dev.bantam.broker.RawClient.connect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.testkit.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Limits, credentials, start and stop of the embedded broker. */
class BrokerBoundsTest {

  private static final BrokerOptions DEFAULTS = BrokerOptions.defaults();

  @Test
  void shouldRefuseSessionBeyondTheLimit() {
    try (BrokerHarness harness = new BrokerHarness(DEFAULTS.withMaxSessions(2))) {
      harness.client("a", Props.none());
      harness.client("b", Props.none());
      RawClient third = new RawClient(harness.port(), true);
      third.send(connect("c", Props.none()));
      assertThat(third.closedWith()).isEqualTo(0x97);
      assertThat(harness.status().sessions()).isEqualTo(2);
    }
  }

  @Test
  void shouldBoundQueueAndTellThePublisher() {
    try (BrokerHarness harness = new BrokerHarness(DEFAULTS.withQueue(5, 1 << 20))) {
      awaySubscriber(harness);
      RawClient publisher = harness.client("p", Props.none());
      List<Integer> codes =
          IntStream.range(0, 7).mapToObj(i -> publisher.publish1("t", "" + i).reason()).toList();
      assertThat(codes).containsExactly(0, 0, 0, 0, 0, 0x97, 0x97);
      assertThat(harness.status().dropped()).isEqualTo(2);
    }
  }

  @Test
  void shouldBoundQueueBytesAndGiveThemBack() {
    try (BrokerHarness harness = new BrokerHarness(DEFAULTS.withQueue(1_000, 50_000))) {
      awaySubscriber(harness);
      RawClient publisher = harness.client("p", Props.none());
      String payload = "x".repeat(20_000);
      assertThat(publisher.publish1("t", payload).reason()).isZero();
      assertThat(publisher.publish1("t", payload).reason()).isZero();
      assertThat(publisher.publish1("t", payload).reason()).isEqualTo(0x97);
      assertThat(harness.status().heldBytes()).isBetween(40_000L, 50_000L);
      harness.client("s", Props.none()); // clean start ends the old session
      assertThat(harness.status().heldBytes()).isZero();
    }
  }

  @Test
  void shouldBoundBytesOfAllSessions() {
    try (BrokerHarness harness = new BrokerHarness(DEFAULTS.withTotals(10, 30_000))) {
      awaySubscriber(harness);
      RawClient publisher = harness.client("p", Props.none());
      String payload = "x".repeat(20_000);
      assertThat(publisher.publish1("t", payload).reason()).isZero();
      assertThat(publisher.publish1("t", payload).reason()).isEqualTo(0x97);
    }
  }

  @Test
  void shouldBoundRetainedMessages() {
    try (BrokerHarness harness = new BrokerHarness(DEFAULTS.withRetained(2, 1 << 20))) {
      RawClient publisher = harness.client("p", Props.none());
      publisher.publish1("a", "1", 1, Props.none());
      publisher.publish1("b", "1", 1, Props.none());
      assertThat(publisher.publish1("c", "1", 1, Props.none()).reason()).isEqualTo(0x97);
      assertThat(publisher.publish1("a", "2", 1, Props.none()).reason()).isEqualTo(0x10);
      assertThat(harness.status().retained()).isEqualTo(2);
    }
  }

  @Test
  void shouldBoundSubscriptions() {
    try (BrokerHarness harness = new BrokerHarness(DEFAULTS.withTotals(2, 1 << 20))) {
      RawClient client = harness.client("a", Props.none());
      client.subscribed("1", 0);
      client.subscribed("2", 0);
      assertThat(client.subscribed("3", 0).reason()).isEqualTo(0x97);
      assertThat(client.subscribed("2", 1).reason()).isEqualTo(1);
    }
  }

  @Test
  void shouldDropOldestQos0OfSlowReader() {
    try (BrokerHarness harness = new BrokerHarness(DEFAULTS.withQueue(100, 2 << 20));
        RawClient slow = harness.client("slow", Props.none())) {
      slow.subscribed("t", 0);
      RawClient publisher = harness.client("p", Props.none());
      String payload = "x".repeat(100_000);
      for (int i = 0; i < 300; i++) {
        publisher.publish0("t", payload);
      }
      assertThat(publisher.untilPong()).isEmpty();
      assertThat(harness.status().heldBytes()).isLessThan(3 << 20);
      assertThat(harness.status().dropped()).isPositive();
    }
  }

  @Test
  void shouldSayGoodbyeWhenClosed() {
    try (BrokerHarness harness = new BrokerHarness(DEFAULTS)) {
      RawClient client = harness.client("a", Props.none());
      BrokerHarness.await(harness.broker().close());
      assertThat(client.closedWith()).isEqualTo(0x8B);
    }
  }

  @Test
  void shouldRefuseToListenOutsideWithoutCredentials() {
    try (BrokerHarness harness = new BrokerHarness(DEFAULTS)) {
      assertThatThrownBy(
              () ->
                  BrokerHarness.await(
                      EmbeddedBroker.start(harness.vertx(), DEFAULTS.withHost("0.0.0.0"))))
          .hasMessageContaining("does not listen on 0.0.0.0 without credentials");
    }
  }

  @Test
  void shouldFailWhenPortIsTaken() {
    try (BrokerHarness harness = new BrokerHarness(DEFAULTS)) {
      assertThatThrownBy(
              () ->
                  BrokerHarness.await(
                      EmbeddedBroker.start(harness.vertx(), BrokerOptions.onPort(harness.port()))))
          .hasRootCauseInstanceOf(java.net.BindException.class);
    }
  }

  @Test
  void shouldAskForCredentialsWhereConfigured() {
    Map<String, String> users = Map.of("plain", "secret", "hashed", Credentials.hash("secret"));
    try (BrokerHarness harness = new BrokerHarness(DEFAULTS.withCredentials(users))) {
      assertThat(connack(harness, "plain", "secret")).isZero();
      assertThat(connack(harness, "hashed", "secret")).isZero();
      assertThat(connack(harness, "hashed", "wrong")).isEqualTo(0x86);
      assertThat(connack(harness, "nobody", "secret")).isEqualTo(0x86);
      RawClient anonymous = new RawClient(harness.port(), true);
      anonymous.send(connect("x", Props.none()));
      assertThat(anonymous.closedWith()).isEqualTo(0x86);
    }
  }

  private static int connack(BrokerHarness harness, String user, String password) {
    RawClient client = new RawClient(harness.port(), true);
    byte[] tail = RawClient.join(RawClient.text(user), RawClient.text(password));
    client.send(connect(user, 0xC2, 0, bytes(0), tail));
    return client.expect(Packet.CONNACK).reason();
  }

  private static void awaySubscriber(BrokerHarness harness) {
    RawClient subscriber = harness.client("s", Props.none().u32(Props.SESSION_EXPIRY, 300));
    subscriber.subscribed("t", 1);
    subscriber.send(bytes(0xE0, 0));
    subscriber.closedWith();
    Eventually.await(
        "the subscriber is away", Duration.ofSeconds(5), () -> harness.status().connected() == 0);
  }
}
