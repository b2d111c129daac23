package dev.bantam.runtime.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TurnQueueTest {

  private long now;
  private final TurnQueue<String> queue = new TurnQueue<>(() -> now);

  private void add(String item, Priority priority, String client) {
    queue.add(item, new Turn(priority, client));
  }

  private List<String> rest() {
    List<String> items = new ArrayList<>();
    for (Optional<String> next = queue.poll(); next.isPresent(); next = queue.poll()) {
      items.add(next.get());
    }
    return items;
  }

  @Test
  void shouldTakeHigherPrioritiesFirst() {
    add("a", Priority.LOW, "x");
    add("b", Priority.NORMAL, "x");
    add("c", Priority.HIGH, "x");
    add("d", Priority.NORMAL, "x");

    assertThat(rest()).containsExactly("c", "b", "d", "a");
  }

  @Test
  void shouldLetClientsTakeTurns() {
    for (int i = 1; i <= 4; i++) {
      add("flood" + i, Priority.NORMAL, "flood");
    }
    add("x1", Priority.NORMAL, "x");
    add("y1", Priority.NORMAL, "y");
    add("x2", Priority.NORMAL, "x");

    assertThat(rest()).containsExactly("flood1", "x1", "y1", "flood2", "x2", "flood3", "flood4");
  }

  @Test
  void shouldRememberWhoseTurnWasLast() {
    add("flood1", Priority.NORMAL, "flood");
    add("flood2", Priority.NORMAL, "flood");
    assertThat(queue.poll()).contains("flood1");
    add("x1", Priority.NORMAL, "x");

    assertThat(rest()).containsExactly("x1", "flood2");
  }

  @Test
  void shouldRaiseWhatHasWaitedLong() {
    // Given
    add("low", Priority.LOW, "x");
    now += TurnQueue.AGEING.toNanos();
    add("normal", Priority.NORMAL, "y");
    add("high", Priority.HIGH, "z");

    // Then it counts as a normal one
    assertThat(queue.poll()).contains("high");
    assertThat(queue.poll()).contains("low");
    assertThat(queue.poll()).contains("normal");
  }

  @Test
  void shouldLetNothingWaitForEver() {
    // Given a low request of a client that has just had its turn
    add("before", Priority.HIGH, "x");
    assertThat(queue.poll()).contains("before");
    add("low", Priority.LOW, "x");

    // When urgent requests of others never end
    int taken = 0;
    while (queue.size() > 0) {
      now += TurnQueue.AGEING.toNanos() / 10;
      add("high" + taken, Priority.HIGH, "y" + taken);
      if (queue.poll().orElseThrow().equals("low")) {
        break;
      }
      taken++;
    }

    // Then
    assertThat(taken).isLessThan(40);
  }

  @Test
  void shouldTakeBackWhatWaits() {
    String first = "a";
    add(first, Priority.NORMAL, "x");
    add("b", Priority.NORMAL, "x");

    assertThat(queue.remove(first)).isTrue();
    assertThat(queue.remove(first)).isFalse();
    assertThat(queue.size()).isEqualTo(1);
    assertThat(rest()).containsExactly("b");
  }
}
