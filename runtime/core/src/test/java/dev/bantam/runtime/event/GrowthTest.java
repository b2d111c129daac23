package dev.bantam.runtime.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class GrowthTest {

  private static final long SECOND = 1_000_000_000L;

  private final Growth growth = new Growth(Duration.ofSeconds(60));

  @Test
  void shouldTellTheFirstAtOnceAndThenTheSumOnceInAWhile() {
    assertThat(growth.due(0, 5 * SECOND)).isZero();
    assertThat(growth.due(3, 6 * SECOND)).isEqualTo(3);
    assertThat(growth.due(4, 7 * SECOND)).isZero();
    assertThat(growth.due(9, 65 * SECOND)).isZero();
    assertThat(growth.due(10, 66 * SECOND)).isEqualTo(7);
    assertThat(growth.due(10, 200 * SECOND)).isZero();
    assertThat(growth.due(11, 201 * SECOND)).isEqualTo(1);
  }
}
