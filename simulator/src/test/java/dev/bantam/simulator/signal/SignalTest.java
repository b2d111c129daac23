package dev.bantam.simulator.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SignalTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long MINUTE = 60 * SECOND;

  private static SignalContext context(Map<String, NumberReading> groups) {
    return new SignalContext(new Seed(1).of("a"), new Seed(1), LocalTime.of(6, 0), groups);
  }

  private static Source start(Signal signal, Modifier... modifiers) {
    return new NumberReading(signal, List.of(modifiers), 1, "").start(context(Map.of()));
  }

  private static double[] values(Source source, int count) {
    return IntStream.range(0, count).mapToDouble(i -> source.at(i * SECOND)).toArray();
  }

  @Test
  void shouldTurnBackAtTheEndsOfARamp() {
    Source ramp = start(new Signal.Ramp(5, 180, 0, 10));

    assertThat(values(ramp, 8)).containsExactly(5, 8, 9, 6, 3, 0, 3, 6);
  }

  @Test
  void shouldFallFirstOnARampWithANegativeSpeed() {
    assertThat(values(start(new Signal.Ramp(5, -180, 0, 10)), 3)).containsExactly(5, 2, 1);
  }

  @Test
  void shouldDrift() {
    Source drift = start(new Signal.Drift(10, -0.5));

    assertThat(drift.at(0)).isEqualTo(10);
    assertThat(drift.at(4 * MINUTE)).isEqualTo(8);
  }

  @Test
  void shouldBeHighestAtTheHourOfItsPeak() {
    Source day = start(new Signal.DailyCycle(20, 5, Duration.ofHours(15)));

    assertThat(day.at(3 * 60 * MINUTE)).isEqualTo(20, within(1e-9));
    assertThat(day.at(9 * 60 * MINUTE)).isEqualTo(25, within(1e-9));
    assertThat(day.at(21 * 60 * MINUTE)).isEqualTo(15, within(1e-9));
  }

  @Test
  void shouldWalkWithinBoundsWhoeverAsksWhen() {
    Signal walk = new Signal.RandomWalk(5, 3, Duration.ofSeconds(1), 0, 10);
    double[] every = values(start(walk), 100);
    Source seldom = start(walk);

    assertThat(every).hasSize(100);
    assertThat(DoubleStream.of(every).allMatch(value -> value >= 0 && value <= 10)).isTrue();
    assertThat(DoubleStream.of(every).distinct().count()).isGreaterThan(50);
    assertThat(seldom.at(50 * SECOND)).isEqualTo(every[50]);
    assertThat(seldom.at(99 * SECOND)).isEqualTo(every[99]);
  }

  @Test
  void shouldAddNoiseOfTheGivenDeviation() {
    double[] values = values(start(new Signal.Constant(5), new Modifier.Noise(2)), 4000);
    double mean = DoubleStream.of(values).average().orElseThrow();
    double variance = DoubleStream.of(values).map(v -> (v - mean) * (v - mean)).average().orElse(0);

    assertThat(mean).isEqualTo(5, within(0.15));
    assertThat(Math.sqrt(variance)).isEqualTo(2, within(0.15));
  }

  @Test
  void shouldSpikeAsOftenAsItIsGiven() {
    double[] values = values(start(new Signal.Constant(5), new Modifier.Spikes(0.1, 100)), 2000);

    assertThat(DoubleStream.of(values).filter(v -> v == 105).count()).isBetween(60L, 140L);
    assertThat(DoubleStream.of(values).filter(v -> v == -95).count()).isBetween(60L, 140L);
  }

  @Test
  void shouldRepeatAValueWhileItIsStuck() {
    Source stuck =
        start(new Signal.Drift(0, 60), new Modifier.StuckAt(0.05, Duration.ofSeconds(10)));
    double[] values = values(stuck, 300);

    int longest = 0;
    int run = 1;
    for (int i = 1; i < values.length; i++) {
      run = values[i] == values[i - 1] ? run + 1 : 1;
      longest = Math.max(longest, run);
    }
    assertThat(longest).isEqualTo(10);
    assertThat(values[299]).isBetween(285.0, 299.0);
  }

  @Test
  void shouldBeMissingWhileItIsGone() {
    Source gone = start(new Signal.Constant(1), new Modifier.DropOut(0.05, Duration.ofSeconds(5)));
    long missing = DoubleStream.of(values(gone, 1000)).filter(Source::isMissing).count();

    assertThat(missing).isBetween(100L, 350L);
  }

  @Test
  void shouldGiveAllWhoFollowAGroupTheSame() {
    NumberReading weather =
        new NumberReading(
            new Signal.RandomWalk(0, 1, Duration.ofSeconds(1), -9, 9), List.of(), 1, "");
    SignalContext context = context(Map.of("weather", weather));
    Source first = new Signal.Follow("weather", 2, 10).start(context.of("first"));
    Source second =
        new NumberReading(new Signal.Constant(5), List.of(new Modifier.Follow("weather", 1)), 1, "")
            .start(context.of("second"));

    for (int i = 0; i < 100; i++) {
      assertThat((first.at(i * SECOND) - 10) / 2)
          .isEqualTo(second.at(i * SECOND) - 5, within(1e-9));
    }
  }

  @Test
  void shouldGiveEveryNameAStreamOfItsOwn() {
    Seed seed = new Seed(42);

    assertThat(seed.of("a").random().nextLong()).isEqualTo(seed.of("a").random().nextLong());
    assertThat(seed.of("a").value()).isNotEqualTo(seed.of("b").value());
    assertThat(seed.of("a").of("b").value()).isNotEqualTo(seed.of("ab").value());
    assertThat(new Seed(43).of("a").value()).isNotEqualTo(seed.of("a").value());
  }

  @Test
  void shouldDistortByEachEffect() {
    Seed seed = new Seed(1);

    assertThat(new Effect.Shift(3).start(seed).of(5, MINUTE)).isEqualTo(8);
    assertThat(new Effect.Scale(3).start(seed).of(5, MINUTE)).isEqualTo(15);
    assertThat(new Effect.Drift(3).start(seed).of(5, 2 * MINUTE)).isEqualTo(11);
    assertThat(Source.isMissing(new Effect.DropOut().start(seed).of(5, 0))).isTrue();
    assertThat(new Effect.Spikes(1, 7).start(seed).of(5, 0)).isIn(12.0, -2.0);
    Effect.Distortion stuck = new Effect.StuckAt().start(seed);
    assertThat(stuck.of(5, 0)).isEqualTo(5);
    assertThat(stuck.of(9, SECOND)).isEqualTo(5);
  }
}
