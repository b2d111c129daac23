package dev.bantam.runtime.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.runtime.event.Event;
import dev.bantam.runtime.event.EventKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DropWatchTest {

  private static final long SECOND = 1_000_000_000L;

  private final List<Event> told = new ArrayList<>();
  private final AtomicLong dropped = new AtomicLong();
  private final DropWatch.Watched watched = new DropWatch.Watched("temps", dropped::get, told::add);

  private void look(long count, int second) {
    dropped.set(count);
    watched.look(second * SECOND);
  }

  @Test
  void shouldTellOnceThatARouteDropsAndOnceThatItNoLongerDoes() {
    // When
    look(0, 1);
    look(5, 2);
    for (int second = 3; second < 50; second++) {
      look(second * 100, second);
    }
    look(4_900, 79);
    look(4_900, 80);
    look(4_900, 81);
    look(4_901, 200);

    // Then
    assertThat(told)
        .extracting(Event::kind)
        .containsExactly(
            EventKind.ROUTE_DROPPING, EventKind.ROUTE_RECOVERED, EventKind.ROUTE_DROPPING);
    assertThat(told.get(0).details()).isEqualTo(Map.of("route", "temps", "dropped", 5L));
    assertThat(told.get(1).details()).isEqualTo(Map.of("route", "temps", "dropped", 4_900L));
    assertThat(told.get(2).details()).isEqualTo(Map.of("route", "temps", "dropped", 1L));
  }
}
