package dev.bantam.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutboundQueueTest {

  private final ByteBudget total = new ByteBudget(1 << 20);

  @Test
  void shouldDropOldestQos0ForNewMessage() {
    OutboundQueue queue = new OutboundQueue(2, 1 << 20, total);
    queue.offer(delivery("first", 0));
    queue.offer(delivery("second", 1));
    assertThat(queue.offer(delivery("third", 1))).isTrue();
    assertThat(queue.peek().message().topic()).isEqualTo("second");
    assertThat(queue.dropped()).isEqualTo(1);
  }

  @Test
  void shouldRefuseWhenOnlyQos1Waits() {
    OutboundQueue queue = new OutboundQueue(1, 1 << 20, total);
    queue.offer(delivery("first", 1));
    assertThat(queue.offer(delivery("second", 1))).isFalse();
    assertThat(queue.waiting()).isEqualTo(1);
  }

  @Test
  void shouldHoldSpaceUntilReleased() {
    OutboundQueue queue = new OutboundQueue(1, 1 << 20, total);
    Delivery first = delivery("first", 1);
    queue.offer(first);
    queue.removeFirst();
    assertThat(queue.offer(delivery("second", 1))).isFalse();
    queue.release(first);
    assertThat(total.used()).isZero();
    assertThat(queue.offer(delivery("third", 1))).isTrue();
  }

  @Test
  void shouldKeepTotalWhenRetainedMessageIsReplaced() {
    RetainedStore store = new RetainedStore(10, 1 << 20, total);
    assertThat(store.put(message("a", 1, "1"), 0)).isTrue();
    long once = total.used();
    assertThat(store.put(message("a", 1, "2"), 0)).isTrue();
    assertThat(total.used()).isEqualTo(once);
    assertThat(store.matching("+", 0)).extracting(m -> m.payload().toString()).containsExactly("2");
    assertThat(store.put(message("a", 1, ""), 0)).isTrue();
    assertThat(total.used()).isZero();
  }

  private static Delivery delivery(String topic, int qos) {
    return new Delivery(message(topic, qos, "x"), qos, false, List.of(), null);
  }

  private static Message message(String topic, int qos, String payload) {
    return new Message(
        topic, Buffer.buffer(payload), qos, true, MqttProperties.NO_PROPERTIES, null, "p");
  }
}
