package dev.bantam.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SessionTest {

  private final ByteBudget total = new ByteBudget(1 << 20);
  private final FakeLink link = new FakeLink();
  private long now;
  private final Session session =
      new Session("s", new OutboundQueue(10, 1 << 20, total), () -> now);

  private static Delivery delivery(String text, int qos) {
    return new Delivery(message(text, qos, null), qos, false, List.of(), null);
  }

  private static Message message(String text, int qos, Message.@Nullable Expiry expiry) {
    return new Message(
        "t", Buffer.buffer(text), qos, false, MqttProperties.NO_PROPERTIES, expiry, "p");
  }

  @Test
  void shouldHoldBackWhatIsBeyondTheWindowUntilAnAcknowledgement() {
    session.attach(link, 2);
    for (String text : List.of("a", "b", "c")) {
      session.offer(delivery(text, 1));
    }
    assertThat(link.look()).containsExactly("1:a", "2:b");
    session.acknowledged(1);
    assertThat(link.look()).containsExactly("3:c");
    assertThat(session.inFlight()).isEqualTo(2);
  }

  @Test
  void shouldSendAgainInOrderWhatWasNotAcknowledged() {
    session.attach(link, 10);
    session.offer(delivery("a", 1));
    session.offer(delivery("b", 1));
    session.detach();
    session.offer(delivery("c", 1));
    link.look();
    session.attach(link, 10);
    assertThat(link.look()).containsExactly("1:a dup", "2:b dup", "3:c");
  }

  @Test
  void shouldGoOnWithTheReleaseWhereAQos2MessageHadArrived() {
    session.attach(link, 10);
    session.offer(delivery("once", 2));
    session.received(1, false);
    session.detach();
    session.attach(link, 10);
    assertThat(link.look()).containsExactly("1:once", "release 1", "release 1");
    session.completed(1);
    assertThat(session.inFlight()).isZero();
    assertThat(total.used()).isZero();
  }

  @Test
  void shouldAnswerAPubrecThatNobodyRemembers() {
    session.attach(link, 10);
    session.received(77, false);
    assertThat(link.look()).containsExactly("release 77 unknown");
  }

  @Test
  void shouldNotTakeAcknowledgementsOfTheOtherQos() {
    session.attach(link, 10);
    session.offer(delivery("one", 1));
    session.offer(delivery("two", 2));
    session.completed(1);
    session.acknowledged(2);
    session.acknowledged(99);
    assertThat(session.inFlight()).isEqualTo(2);
  }

  @Test
  void shouldDropQos0WhenTheClientGoesAndKeepTheRest() {
    session.attach(link, 10);
    link.room = false;
    session.offer(delivery("fleeting", 0));
    session.offer(delivery("kept", 1));
    session.detach();
    link.room = true;
    session.attach(link, 10);
    assertThat(link.look()).containsExactly("1:kept");
  }

  @Test
  void shouldDropWhatHasExpiredAndWhatIsTooLargeForTheClient() {
    Message soon = message("soon", 1, new Message.Expiry(0, 1));
    session.offer(new Delivery(soon, 1, false, List.of(), null));
    session.offer(delivery("x".repeat(101), 1));
    session.offer(delivery("fits", 1));
    now = TimeUnit.SECONDS.toNanos(2);
    session.attach(link, 10);
    assertThat(link.look()).containsExactly("1:fits");
  }

  @Test
  void shouldGiveBackAllItsBytesAtItsEnd() {
    session.attach(link, 1);
    session.offer(delivery("a", 1));
    session.offer(delivery("b", 2));
    assertThat(total.used()).isPositive();
    session.end();
    assertThat(total.used()).isZero();
    assertThat(session.isConnected()).isFalse();
  }
}
