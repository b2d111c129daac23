package dev.bantam.runtime.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BackoffTest {

  private static final Pace USUAL = Pace.Set.STANDARD.usual();

  @Test
  void shouldDoubleUpToACap() {
    Backoff longest = new Backoff(() -> 1.0);
    assertThat(LongStream.generate(() -> longest.nextMs(USUAL)).limit(8))
        .containsExactly(200L, 400L, 800L, 1600L, 3200L, 6400L, 10_000L, 10_000L);
  }

  @Test
  void shouldJitterDownToHalf() {
    Backoff shortest = new Backoff(() -> 0.0);
    assertThat(LongStream.generate(() -> shortest.nextMs(USUAL)).limit(3))
        .containsExactly(100L, 200L, 400L);
  }

  @Test
  void shouldStartAgainAfterAConnectionThatHeld() {
    // Given
    Backoff backoff = new Backoff(() -> 1.0);
    backoff.nextMs(USUAL);
    backoff.nextMs(USUAL);

    // When
    backoff.reset();

    // Then
    assertThat(backoff.nextMs(USUAL)).isEqualTo(200L);
  }

  @Test
  void shouldStayAtTheCapForever() {
    Backoff backoff = new Backoff(() -> 1.0);
    assertThat(LongStream.generate(() -> backoff.nextMs(USUAL)).limit(200).max()).hasValue(10_000L);
  }

  @Test
  void shouldWaitLongerForAPersonAndLongestInAConflict() {
    Pace.Set paces = Pace.Set.STANDARD;
    assertThat(new Backoff(() -> 0.0).nextMs(paces.person())).isEqualTo(500);
    assertThat(new Backoff(() -> 0.0).nextMs(paces.conflict())).isEqualTo(30_000);
    Backoff late = new Backoff(() -> 1.0);
    LongStream.generate(() -> late.nextMs(USUAL)).limit(20).sum();
    assertThat(late.nextMs(paces.person())).isEqualTo(60_000);
    assertThat(late.nextMs(paces.conflict())).isEqualTo(300_000);
  }
}
