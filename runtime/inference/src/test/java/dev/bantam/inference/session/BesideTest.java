package dev.bantam.inference.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BesideTest {

  private final CountDownLatch closed = new CountDownLatch(1);
  private final AutoCloseable thing = closed::countDown;

  @Test
  void shouldLeaveToItsCallerWhatIsKept() throws Exception {
    try (Beside<AutoCloseable> beside = Beside.begin(() -> thing)) {
      assertThat(beside.get()).isSameAs(thing);
      beside.keep();
    }
    assertThat(closed.getCount()).isEqualTo(1);
  }

  @Test
  void shouldCloseWhatNobodyKeepsAlsoIfItIsLoadedLater() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Beside<AutoCloseable> beside =
        Beside.begin(
            () -> {
              begun.countDown();
              await(goOn);
              return thing;
            });
    await(begun);

    beside.close();
    goOn.countDown();

    assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void shouldFailAsTheLoader() {
    TaskException known = new TaskException(ErrorCode.MODEL_UNUSABLE, "broken on purpose");
    try (Beside<AutoCloseable> beside =
        Beside.begin(
            () -> {
              throw known;
            })) {
      assertThatThrownBy(beside::get).isSameAs(known);
    }
    try (Beside<AutoCloseable> beside =
        Beside.begin(
            () -> {
              throw new OutOfMemoryError("on purpose");
            })) {
      assertThatThrownBy(beside::get).isInstanceOf(OutOfMemoryError.class);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
