package dev.bantam.simulator.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TurnsTest {

  private final Turns turns = new Turns();
  private final List<String> asked = new ArrayList<>();
  private final List<Promise<Void>> open = new ArrayList<>();

  private void take(String asker, String what) {
    turns.take(
        asker,
        () -> {
          asked.add(what);
          Promise<Void> ended = Promise.promise();
          open.add(ended);
          return ended.future();
        });
  }

  private void endFirst() {
    open.remove(0).complete();
  }

  @Test
  void shouldLetOneOutAtATimeInTheOrderInWhichTheirAskersCame() {
    take("a", "a1");
    take("b", "b1");
    take("c", "c1");

    assertThat(asked).containsExactly("a1");
    endFirst();
    assertThat(asked).containsExactly("a1", "b1");
    endFirst();
    assertThat(asked).containsExactly("a1", "b1", "c1");
  }

  @Test
  void shouldGiveWayToTheSameAskersNextAndKeepItsPlace() {
    take("a", "a1");
    take("b", "b1");
    take("c", "c1");
    take("b", "b2");
    take("a", "a2");
    for (int i = 0; i < 4; i++) {
      endFirst();
    }

    assertThat(asked).containsExactly("a1", "b2", "c1", "a2");
    assertThat(open).isEmpty();
  }

  @Test
  void shouldBeOverWhenAllHaveEndedOrAreForgotten() {
    assertThat(turns.over().isComplete()).isTrue();
    take("a", "a1");
    take("b", "b1");
    Future<Void> over = turns.over();

    endFirst();
    assertThat(over.isComplete()).isFalse();
    take("c", "c1");
    turns.forget();
    endFirst();
    assertThat(over.isComplete()).isTrue();
    assertThat(asked).containsExactly("a1", "b1");
  }
}
