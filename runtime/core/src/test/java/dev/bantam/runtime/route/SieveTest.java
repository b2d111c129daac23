package dev.bantam.runtime.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.runtime.config.RouteConfig;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SieveTest {

  private static final String TOPICS = "from: a, to: b, payload: number, ";

  private long now = 1_000_000;

  private Sieve sieve(String keys) {
    RouteConfig config = RouteConfigs.route(TOPICS + keys);
    return new Sieve(config, new Variables(config, "gw-1"), Clock.systemUTC());
  }

  private static RouteMessage message(String key, double value) {
    return new RouteMessage("a", Map.of(), value, value, key, 0, 0, () -> {});
  }

  private String add(Sieve sieve, String key, double value) throws RouteFailure {
    Sieve.Verdict verdict = sieve.add(message(key, value), now);
    if (verdict instanceof Sieve.Verdict.Filtered filtered) {
      return filtered.by();
    }
    return verdict instanceof Sieve.Verdict.Ready ready
        ? "ready " + ready.batch().size()
        : "window";
  }

  private List<String> all(Sieve sieve, double... values) throws RouteFailure {
    List<String> verdicts = new ArrayList<>();
    for (double value : values) {
      verdicts.add(add(sieve, "k", value));
    }
    return verdicts;
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  @Test
  void shouldLetThroughWhatTheConditionHoldsFor() throws Exception {
    assertThat(all(sieve("where: value > 80 and payload < 100"), 70, 90, 110))
        .containsExactly("where", "ready 1", "where");
  }

  @Test
  void shouldHoldBackSmallChangesOfEachKey() throws Exception {
    Sieve sieve = sieve("deadband: 1");
    assertThat(all(sieve, 10, 10.9, 11, 10.5, 9.9))
        .containsExactly("ready 1", "deadband", "ready 1", "deadband", "ready 1");
    assertThat(add(sieve, "other", 10)).isEqualTo("ready 1");
  }

  @Test
  void shouldLimitTheRateOfEachKey() throws Exception {
    Sieve sieve = sieve("at_most_every: 10s");
    assertThat(all(sieve, 1, 2)).containsExactly("ready 1", "at_most_every");
    assertThat(add(sieve, "other", 1)).isEqualTo("ready 1");
    pass(Duration.ofSeconds(10));
    assertThat(add(sieve, "k", 3)).isEqualTo("ready 1");
  }

  @Test
  void shouldCloseWindowsByCountKeyByKey() throws Exception {
    Sieve sieve = sieve("window: {count: 3}");
    assertThat(all(sieve, 1, 2)).containsExactly("window", "window");
    assertThat(add(sieve, "other", 1)).isEqualTo("window");
    assertThat(all(sieve, 3, 4)).containsExactly("ready 3", "window");
  }

  @Test
  void shouldCloseWindowsByTimeSinceTheFirst() throws Exception {
    Sieve sieve = sieve("window: {time: 10s}");
    all(sieve, 1);
    pass(Duration.ofSeconds(6));
    all(sieve, 2);
    assertThat(sieve.due(now)).isEmpty();
    pass(Duration.ofSeconds(4));
    assertThat(sieve.due(now)).singleElement().returns(2, Batch::size);
    assertThat(sieve.due(now)).isEmpty();
  }

  @Test
  void shouldCloseWindowsByQuiet() throws Exception {
    Sieve sieve = sieve("window: {quiet: 5s}");
    all(sieve, 1);
    pass(Duration.ofSeconds(4));
    all(sieve, 2);
    pass(Duration.ofSeconds(4));
    assertThat(sieve.due(now)).isEmpty();
    pass(Duration.ofSeconds(1));
    assertThat(sieve.due(now)).singleElement().returns(2, Batch::size);
  }

  @Test
  void shouldCloseWindowsByChange() throws Exception {
    assertThat(all(sieve("window: {change: 2}"), 10, 11, 8.5, 8, 5))
        .containsExactly("window", "window", "window", "ready 4", "window");
  }

  @Test
  void shouldCloseAWindowThatIsFull() throws Exception {
    assertThat(all(sieve("window: {time: 1h, most: 2}"), 1, 2))
        .containsExactly("window", "ready 2");
  }

  @Test
  void shouldForgetTheKeyThatWasNotUsedForLongest() throws Exception {
    // Given
    Sieve sieve = sieve("window: {count: 3}, keys: 2");
    add(sieve, "a", 1);
    add(sieve, "b", 1);
    add(sieve, "a", 2);
    // When
    add(sieve, "c", 1);
    // Then
    assertThat(sieve.takeEvicted()).singleElement().returns("b", b -> b.last().key());
    assertThat(sieve.takeEvicted()).isEmpty();
    assertThat(sieve.keys()).isEqualTo(2);
    assertThat(sieve.evictions()).isEqualTo(1);
    assertThat(add(sieve, "a", 3)).isEqualTo("ready 3");
  }
}
