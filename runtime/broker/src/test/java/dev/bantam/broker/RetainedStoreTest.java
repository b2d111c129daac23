package dev.bantam.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RetainedStoreTest {

  private static final long NOW = 1_000;

  private final ByteBudget total = new ByteBudget(1 << 20);
  private final RetainedStore store = new RetainedStore(2, 1 << 20, total);

  @Test
  void shouldKeepTheLastMessageOfATopic() {
    assertThat(store.put(message("a", "1"), NOW)).isTrue();
    assertThat(store.put(message("a", "2"), NOW)).isTrue();
    assertThat(store.size()).isEqualTo(1);
    assertThat(texts("a", NOW)).isEqualTo("2");
  }

  @Test
  void shouldForgetATopicByAnEmptyMessage() {
    store.put(message("a", "1"), NOW);
    assertThat(store.put(message("a", ""), NOW)).isTrue();
    assertThat(store.put(message("never", ""), NOW)).isTrue();
    assertThat(store.size()).isZero();
    assertThat(total.used()).isZero();
  }

  @Test
  void shouldRefuseATopicBeyondItsBoundAndStillReplaceTheOthers() {
    store.put(message("a", "1"), NOW);
    store.put(message("b", "1"), NOW);
    assertThat(store.put(message("c", "1"), NOW)).isFalse();
    assertThat(store.put(message("b", "2"), NOW)).isTrue();
    assertThat(texts("#", NOW)).isEqualTo("1 2");
  }

  @Test
  void shouldForgetWhatWasThereWhereTheNewOneDoesNotFit() {
    RetainedStore small = new RetainedStore(2, 1_000, total);
    small.put(message("a", "1"), NOW);
    assertThat(small.put(message("a", "x".repeat(2_000)), NOW)).isFalse();
    assertThat(small.matching("a", NOW)).isEmpty();
    assertThat(total.used()).isZero();
  }

  @Test
  void shouldRefuseWhatTheBudgetOfAllDoesNotAllow() {
    long rest = (1 << 20) - 100;
    assertThat(total.take(rest)).isTrue();
    assertThat(store.put(message("a", "1"), NOW)).isFalse();
    total.giveBack(rest);
    assertThat(store.put(message("a", "1"), NOW)).isTrue();
  }

  @Test
  void shouldMakeRoomByWhatHasExpired() {
    store.put(expiring("a", 1), NOW);
    store.put(message("b", "1"), NOW);
    long later = NOW + TimeUnit.SECONDS.toNanos(2);
    assertThat(store.matching("a", later)).isEmpty();
    assertThat(store.put(message("c", "1"), later)).isTrue();
    assertThat(store.size()).isEqualTo(2);
  }

  @Test
  void shouldMatchFiltersWithWildcards() {
    store.put(message("site/1/heat", "h"), NOW);
    store.put(message("$SYS/load", "l"), NOW);
    assertThat(texts("site/+/heat", NOW)).isEqualTo("h");
    assertThat(texts("#", NOW)).as("$ topics do not match a leading wildcard").isEqualTo("h");
    assertThat(texts("$SYS/#", NOW)).isEqualTo("l");
    assertThat(texts("site/+", NOW)).isEmpty();
  }

  private String texts(String filter, long now) {
    return String.join(
        " ", store.matching(filter, now).stream().map(m -> m.payload().toString()).toList());
  }

  private static Message message(String topic, String payload) {
    return message(topic, payload, null);
  }

  private static Message expiring(String topic, long seconds) {
    return message(topic, "1", new Message.Expiry(NOW, seconds));
  }

  private static Message message(String topic, String payload, Message.@Nullable Expiry expiry) {
    return new Message(
        topic, Buffer.buffer(payload), 1, true, MqttProperties.NO_PROPERTIES, expiry, "p");
  }
}
