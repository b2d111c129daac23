package dev.bantam.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.vertx.core.buffer.Buffer;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SharedGroupTest {

  private final ByteBudget total = new ByteBudget(1 << 20);
  private final SharedGroup group = new SharedGroup();
  private final FakeLink firstLink = new FakeLink();
  private final FakeLink secondLink = new FakeLink();
  private final Session first = member("first");
  private final Session second = member("second");

  private Session member(String name) {
    Session session = new Session(name, new OutboundQueue(10, 1 << 20, total), () -> 0);
    group.put(session, subscription(1));
    return session;
  }

  private static Subscription subscription(int qos) {
    return Objects.requireNonNull(Subscription.parse("$share/g/t", qos, false, false, 0));
  }

  private static Message message(String text) {
    return new Message("t", Buffer.buffer(text), 1, false, MqttProperties.NO_PROPERTIES, null, "p");
  }

  @Test
  void shouldTakeTurns() {
    first.attach(firstLink, 10);
    second.attach(secondLink, 10);
    for (int i = 0; i < 4; i++) {
      assertThat(group.dispatch(message("" + i), null)).isTrue();
    }
    assertThat(firstLink.sent).hasSize(2);
    assertThat(secondLink.sent).hasSize(2);
  }

  @Test
  void shouldPreferMembersThatAreConnected() {
    second.attach(secondLink, 10);
    group.dispatch(message("a"), null);
    group.dispatch(message("b"), null);
    assertThat(secondLink.sent).hasSize(2);
    assertThat(group.hasOtherConnected(first)).isTrue();
    assertThat(group.hasOtherConnected(second)).isFalse();
  }

  @Test
  void shouldKeepMessagesForAnAbsentMemberWhereNobodyIsThere() {
    assertThat(group.dispatch(message("a"), null)).isTrue();
    second.attach(secondLink, 10);
    first.attach(firstLink, 10);
    assertThat(firstLink.sent.size() + secondLink.sent.size()).isEqualTo(1);
  }

  @Test
  void shouldHandOverWhatAMemberThatLeavesHasNotAcknowledged() {
    first.attach(firstLink, 10);
    group.dispatch(message("a"), null);
    assertThat(firstLink.look()).containsExactly("1:a");
    second.attach(secondLink, 10);

    first.detach();

    assertThat(secondLink.look()).containsExactly("1:a");
    assertThat(first.inFlight()).isZero();
  }

  @Test
  void shouldNotGiveAMessageToWhomItMustNot() {
    first.attach(firstLink, 10);
    assertThat(group.remove(second)).isTrue();
    assertThat(group.dispatch(message("a"), first)).isFalse();
    assertThat(group.remove(first)).isTrue();
    assertThat(group.isEmpty()).isTrue();
  }

  @Test
  void shouldReplaceAMembersSubscription() {
    first.attach(firstLink, 10);
    group.remove(second);
    group.put(first, subscription(0));
    group.dispatch(message("a"), null);
    assertThat(firstLink.look()).containsExactly("0:a");
  }
}
