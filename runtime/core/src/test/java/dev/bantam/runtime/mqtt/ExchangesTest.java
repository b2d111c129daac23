package dev.bantam.runtime.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.runtime.mqtt.Exchanges.Exchange;
import dev.bantam.runtime.mqtt.Exchanges.Key;
import dev.bantam.runtime.store.StoreSettings;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExchangesTest {

  private long now = System.nanoTime();
  private final Exchanges exchanges =
      new Exchanges(
          "test",
          new AnswerCache(
              StoreSettings.DEFAULTS, Optional.empty(), () -> now, System::currentTimeMillis));

  private static Key key(int number) {
    return Key.of(
        "task",
        "answer",
        Optional.of(Buffer.buffer("c" + number)),
        new byte[] {(byte) number, (byte) (number >> 8)});
  }

  private static OutboundMessage answer(int bytes, Optional<Long> deadlineNanos) {
    return new OutboundMessage(
        "answer",
        Buffer.buffer(new byte[bytes]),
        1,
        false,
        Optional.empty(),
        Optional.empty(),
        deadlineNanos,
        Map.of());
  }

  private void answered(int number, OutboundMessage answer) {
    Exchange exchange = exchanges.begin(key(number));
    assertThat(exchanges.answered(exchange, answer).succeeded()).isTrue();
    exchanges.end(exchange, answer);
  }

  private boolean isKept(int number) {
    return exchanges.answered(key(number), true, false).isPresent();
  }

  @Test
  void shouldBoundTheirBytesAndLetTheOldestGo() {
    for (int i = 0; i < 10; i++) {
      answered(i, answer(1 << 20, Optional.empty()));
    }
    assertThat(isKept(2)).isFalse();
    assertThat(isKept(3)).isTrue();
    assertThat(isKept(9)).isTrue();
  }

  @Test
  void shouldCountWhatSmallAnswersTakeBesideTheirPayload() {
    for (int i = 0; i < 20_000; i++) {
      answered(i, answer(10, Optional.empty()));
    }
    assertThat(isKept(0)).isFalse();
    assertThat(isKept(19_999)).isTrue();
  }

  @Test
  void shouldKeepAnAnswerLongerForWhatTheBrokerSendsAgain() {
    // Given: no expiry, so the same request may well be meant as a new one after a while
    answered(1, answer(10, Optional.empty()));

    // When
    now += Duration.ofMinutes(2).toNanos();

    // Then
    assertThat(isKept(1)).isFalse();
    assertThat(exchanges.answered(key(1), true, true)).isPresent();
    now += Duration.ofMinutes(59).toNanos();
    assertThat(exchanges.answered(key(1), true, true)).isEmpty();
  }

  @Test
  void shouldForgetAnAnswerAtItsDeadlineWhereverItStands() {
    answered(1, answer(10, Optional.empty()));
    answered(2, answer(10, Optional.of(now - 1)));
    answered(3, answer(10, Optional.empty()));

    assertThat(isKept(1)).isTrue();
    assertThat(isKept(2)).isFalse();
    assertThat(isKept(3)).isTrue();
  }

  @Test
  void shouldKeepAnAnswerAsLongAsItsRequestMayComeAgain() {
    // Given
    answered(1, answer(10, Optional.empty()));
    answered(2, answer(10, Optional.of(now + Duration.ofHours(1).toNanos())));

    // When
    now += Duration.ofMinutes(59).toNanos();

    // Then
    assertThat(isKept(1)).isFalse();
    assertThat(isKept(2)).isTrue();
    now += Duration.ofMinutes(2).toNanos();
    assertThat(isKept(2)).isFalse();
  }

  @Test
  void shouldKeepOneAnswerForARequestThatWasAnsweredTwice() {
    answered(1, answer(10, Optional.of(now - 1)));
    answered(1, answer(20, Optional.empty()));

    assertThat(exchanges.answered(key(1), true, false).orElseThrow().payload().length())
        .isEqualTo(20);
  }
}
