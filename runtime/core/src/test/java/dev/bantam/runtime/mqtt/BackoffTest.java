package dev.bantam.runtime.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BackoffTest {

  @Test
  void shouldDoubleUpToACap() {
    Backoff longest = new Backoff(() -> 1.0);
    assertThat(LongStream.generate(longest::nextMs).limit(8))
        .containsExactly(200L, 400L, 800L, 1600L, 3200L, 6400L, 10_000L, 10_000L);
  }

  @Test
  void shouldJitterDownToHalf() {
    Backoff shortest = new Backoff(() -> 0.0);
    assertThat(LongStream.generate(shortest::nextMs).limit(3)).containsExactly(100L, 200L, 400L);
  }

  @Test
  void shouldStartAgainAfterAConnectionThatHeld() {
    // Given
    Backoff backoff = new Backoff(() -> 1.0);
    backoff.nextMs();
    backoff.nextMs();

    // When
    backoff.reset();

    // Then
    assertThat(backoff.nextMs()).isEqualTo(200L);
  }

  @Test
  void shouldStayAtTheCapForever() {
    Backoff backoff = new Backoff(() -> 1.0);
    assertThat(LongStream.generate(backoff::nextMs).limit(200).max()).hasValue(10_000L);
  }
}
