package dev.bantam.runtime.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AckQueueTest {

  private final List<Integer> sent = new ArrayList<>();
  private final AckQueue queue = new AckQueue(sent::add);

  @Test
  void shouldAcknowledgeInTheOrderOfArrival() {
    // Given
    Runnable first = queue.add(11);
    Runnable second = queue.add(12);
    Runnable third = queue.add(13);

    // When
    third.run();
    second.run();

    // Then
    assertThat(sent).isEmpty();
    first.run();
    assertThat(sent).containsExactly(11, 12, 13);
  }

  @Test
  void shouldAcknowledgeOnce() {
    // Given
    Runnable only = queue.add(11);

    // When
    only.run();
    only.run();

    // Then
    assertThat(sent).containsExactly(11);
  }

  @Test
  void shouldDropWhatBelongsToAnotherConnection() {
    // Given
    Runnable stale = queue.add(11);

    // When
    queue.close();
    stale.run();

    // Then
    assertThat(sent).isEmpty();
  }

  @Test
  void shouldLeaveQos0Alone() {
    // Given
    Runnable waiting = queue.add(11);

    // When
    queue.add(0).run();

    // Then
    assertThat(sent).isEmpty();
    waiting.run();
    assertThat(sent).containsExactly(11);
  }
}
