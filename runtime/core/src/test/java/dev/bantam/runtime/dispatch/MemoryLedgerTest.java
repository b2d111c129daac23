package dev.bantam.runtime.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.runtime.dispatch.MemoryLedger.Reservation;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import dev.bantam.testkit.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MemoryLedgerTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private static final long MIB = 1 << 20;

  /** Of 1000 MiB the model leaves 600. */
  private final MemoryLedger ledger = new MemoryLedger(1000 * MIB);

  private final List<String> order = new CopyOnWriteArrayList<>();

  MemoryLedgerTest() {
    ledger.rests("assistant", 400 * MIB);
  }

  private static Cancellation within(Duration limit) {
    return new Cancellation(System.nanoTime() + limit.toNanos(), Optional.empty());
  }

  private Reservation has(long mebibytes) throws TaskException {
    Reservation reservation = ledger.open(within(LIMIT));
    reservation.reserve(mebibytes * MIB);
    return reservation;
  }

  /** A request that waits for memory, has it, and gives it back at once. */
  private CompletableFuture<Optional<TaskException>> asks(
      String name, long mebibytes, Cancellation cancellation) {
    long before = figure("waiting");
    CompletableFuture<Optional<TaskException>> end = new CompletableFuture<>();
    new Thread(
            () -> {
              try (Reservation reservation = ledger.open(cancellation)) {
                reservation.reserve(mebibytes * MIB);
                order.add(name);
                end.complete(Optional.empty());
              } catch (TaskException e) {
                end.complete(Optional.of(e));
              }
            })
        .start();
    Eventually.await(name + " waits", LIMIT, () -> figure("waiting") > before);
    return end;
  }

  private long figure(String name) {
    return ((Number) ledger.figures().get(name)).longValue();
  }

  private static Optional<TaskException> end(CompletableFuture<Optional<TaskException>> request)
      throws Exception {
    return request.get(20, TimeUnit.SECONDS);
  }

  @Test
  void shouldLetALongRequestWaitUntilTheOtherHasEnded() throws Exception {
    Reservation first = has(400);
    CompletableFuture<Optional<TaskException>> second = asks("second", 400, within(LIMIT));
    assertThat(second).isNotDone();

    first.close();

    assertThat(end(second)).isEmpty();
    Eventually.await("all is given back", LIMIT, () -> figure("reserved_bytes") == 0);
    assertThat(figure("waited")).isEqualTo(1);
    assertThat(figure("most_reserved_bytes")).isEqualTo(400 * MIB);
  }

  @Test
  void shouldLetRequestsHaveMemoryInTheOrderInWhichTheyAsked() throws Exception {
    Reservation first = has(400);
    CompletableFuture<Optional<TaskException>> large = asks("large", 600, within(LIMIT));
    CompletableFuture<Optional<TaskException>> small = asks("small", 100, within(LIMIT));
    assertThat(order).isEmpty();

    first.close();

    assertThat(end(large)).isEmpty();
    assertThat(end(small)).isEmpty();
    assertThat(order).containsExactly("large", "small");
  }

  @Test
  void shouldRefuseWhatNeverFitsSayingWhatToDo() {
    assertThatThrownBy(() -> has(601))
        .isInstanceOfSatisfying(
            TaskException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.MEMORY_EXCEEDED);
              assertThat(e.code().wireName()).isEqualTo("memory_exceeded");
            })
        .hasMessage(
            "prompt and answer together need 601.0 MiB, and this device has 600.0 MiB for requests, beside models of 400.0 MiB in a memory budget of 1000.0 MiB; lower max_tokens, shorten the prompt, or raise memory_budget on the device");
    assertThat(figure("refused")).isEqualTo(1);
  }

  @Test
  void shouldRefuseWhatNoLongerFitsBesideAnotherModel() throws Exception {
    Reservation first = has(300);
    CompletableFuture<Optional<TaskException>> waiting = asks("waiting", 500, within(LIMIT));

    ledger.rests("assistant", 600 * MIB);

    assertThat(end(waiting))
        .hasValueSatisfying(e -> assertThat(e.code()).isEqualTo(ErrorCode.MEMORY_EXCEEDED));
    first.close();
  }

  @Test
  void shouldGiveAWaitingPlaceBackWhenCancelledOrExpired() throws Exception {
    Reservation first = has(600);
    Cancellation cancellation = within(LIMIT);
    CompletableFuture<Optional<TaskException>> cancelled = asks("cancelled", 600, cancellation);
    cancellation.trip(new TaskException(ErrorCode.CANCELLED, "the request was cancelled"));

    assertThat(end(cancelled))
        .hasValueSatisfying(e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
    CompletableFuture<Optional<TaskException>> late =
        asks("late", 600, within(Duration.ofMillis(300)));
    assertThat(end(late))
        .hasValueSatisfying(e -> assertThat(e.code()).isEqualTo(ErrorCode.EXPIRED));

    first.close();
    has(600).close();
    assertThat(figure("waiting")).isZero();
    assertThat(figure("reserved_bytes")).isZero();
  }
}
