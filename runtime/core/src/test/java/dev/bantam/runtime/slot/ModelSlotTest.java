package dev.bantam.runtime.slot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.runtime.slot.DrainResult.Drained;
import dev.bantam.runtime.slot.DrainResult.TimedOut;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.EventSink;
import dev.bantam.spi.LoadedModel;
import dev.bantam.spi.ModelReference;
import dev.bantam.spi.TaskException;
import dev.bantam.spi.TaskRequest;
import dev.bantam.spi.TaskResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ModelSlotTest {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  /** Says whether it was ever used after its close, and how often it was closed. */
  private static final class Model implements LoadedModel {
    final AtomicInteger closes = new AtomicInteger();

    @Override
    public TaskResult handle(TaskRequest request, EventSink sink, CancellationToken cancellation) {
      return TaskResult.ofText("");
    }

    @Override
    public void close() {
      closes.incrementAndGet();
    }
  }

  private static ModelReference version(int number) {
    return ModelReference.of("model", Integer.toString(number), "q4_1");
  }

  private static ModelSlot slot(LoadedModel model) {
    return new ModelSlot("assistant", version(1), model, Runnable::run);
  }

  @Test
  void shouldCloseReplacedModelAMomentAfterItsLastLease() throws Exception {
    Model first = new Model();
    ModelSlot slot = slot(first);
    Lease lease = slot.acquire();

    CompletableFuture<DrainResult> drained =
        slot.replace(version(2), new Model(), LIMIT, Duration.ofMillis(100));
    long released = System.nanoTime();
    lease.close();

    assertThat(first.closes).hasValue(0);
    assertThat(drained.get(10, TimeUnit.SECONDS)).isEqualTo(new Drained());
    assertThat(first.closes).hasValue(1);
    assertThat(Duration.ofNanos(System.nanoTime() - released)).isGreaterThan(Duration.ofMillis(90));
  }

  @Test
  void shouldCloseReplacedModelOnlyWhenItsLastLeaseIsReleased() throws Exception {
    // Given a lease on the first model
    Model first = new Model();
    Model second = new Model();
    ModelSlot slot = slot(first);
    Lease one = slot.acquire();
    Lease two = slot.acquire();

    // When the model is replaced
    CompletableFuture<DrainResult> drained = slot.replace(version(2), second, LIMIT, Duration.ZERO);

    // Then new leases are on the second, and the first goes with its last lease
    try (Lease next = slot.acquire()) {
      assertThat(next.reference()).isEqualTo(version(2));
      assertThat(next.model()).isSameAs(second);
    }
    one.close();
    assertThat(first.closes).hasValue(0);
    assertThat(one.reference()).isEqualTo(version(1));
    two.close();
    assertThat(first.closes).hasValue(1);
    assertThat(drained.get(1, TimeUnit.SECONDS)).isEqualTo(new Drained());
    assertThat(second.closes).hasValue(0);
  }

  @Test
  void shouldCountDoubleReleaseOnce() throws Exception {
    // Given
    Model model = new Model();
    ModelSlot slot = slot(model);
    Lease twice = slot.acquire();
    Lease other = slot.acquire();

    // When
    twice.close();
    twice.close();
    slot.drain(Duration.ofMillis(1));

    // Then the other lease still holds the model
    assertThat(model.closes).hasValue(0);
    assertThat(other.model()).isSameAs(model);
    other.close();
    assertThat(model.closes).hasValue(1);
    assertThatThrownBy(twice::model)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("released");
  }

  @Test
  void shouldRefuseLeasesAndReplacementsOnceDraining() throws Exception {
    // Given
    Model model = new Model();
    ModelSlot slot = slot(model);
    Lease lease = slot.acquire();

    // When
    CompletableFuture<DrainResult> drained = slot.drain(LIMIT);

    // Then
    assertThat(slot.state().wireName()).isEqualTo("draining");
    assertThatThrownBy(slot::acquire)
        .isInstanceOfSatisfying(
            TaskException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DRAINING));
    assertThatThrownBy(() -> slot.replace(version(2), new Model(), LIMIT, Duration.ZERO))
        .isInstanceOf(IllegalStateException.class);
    assertThat(drained).isNotDone();
    lease.close();
    assertThat(drained.get(1, TimeUnit.SECONDS)).isEqualTo(new Drained());
    assertThat(slot.isStopped()).isTrue();
    assertThat(slot.state().reference()).isEqualTo(version(1));
    assertThat(slot.drain(LIMIT).get(1, TimeUnit.SECONDS)).isEqualTo(new Drained());
    assertThat(model.closes).hasValue(1);
  }

  @Test
  void shouldReportLeasesLeftWhenTimeIsUpAndStillCloseLater() throws Exception {
    // Given
    Model model = new Model();
    ModelSlot slot = slot(model);
    Lease lease = slot.acquire();

    // When
    DrainResult result = slot.drain(Duration.ofMillis(5)).get(5, TimeUnit.SECONDS);

    // Then
    assertThat(result).isEqualTo(new TimedOut(1));
    assertThat(model.closes).hasValue(0);
    lease.close();
    assertThat(model.closes).hasValue(1);
    assertThat(slot.isStopped()).isTrue();
  }

  @Test
  void shouldCompleteDrainWhenCloseThrows() throws Exception {
    // Given
    LoadedModel broken =
        new LoadedModel() {
          @Override
          public TaskResult handle(TaskRequest r, EventSink s, CancellationToken c) {
            return TaskResult.ofText("");
          }

          @Override
          public void close() {
            throw new IllegalStateException("broken on purpose");
          }
        };

    // When / Then
    assertThat(slot(broken).drain(LIMIT).get(1, TimeUnit.SECONDS)).isEqualTo(new Drained());
  }

  @Test
  void shouldNeverCloseLeasedModelUnderConcurrentReplacement() throws Exception {
    // Given users that lease and check without pause
    int users = 4;
    int replacements = 2000;
    List<Model> models = new ArrayList<>();
    models.add(new Model());
    ModelSlot slot = slot(models.get(0));
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger leases = new AtomicInteger();
    CountDownLatch started = new CountDownLatch(users);
    ExecutorService pool = Executors.newFixedThreadPool(users);
    List<Future<?>> work = new ArrayList<>();
    for (int i = 0; i < users; i++) {
      work.add(
          pool.submit(
              () -> {
                started.countDown();
                while (!stop.get()) {
                  try (Lease lease = slot.acquire()) {
                    Model model = (Model) lease.model();
                    leases.incrementAndGet();
                    assertThat(model.closes).as("closed while leased").hasValue(0);
                    Thread.onSpinWait();
                    assertThat(model.closes).as("closed while leased").hasValue(0);
                  }
                }
                return null;
              }));
    }
    started.await();

    // When the model is replaced again and again
    List<CompletableFuture<DrainResult>> drains = new ArrayList<>();
    for (int i = 2; i <= replacements; i++) {
      Model next = new Model();
      models.add(next);
      drains.add(slot.replace(version(i), next, LIMIT, Duration.ZERO));
    }
    stop.set(true);
    for (Future<?> user : work) {
      user.get(10, TimeUnit.SECONDS);
    }
    pool.shutdown();
    drains.add(slot.drain(LIMIT));

    // Then every model was closed exactly once
    for (CompletableFuture<DrainResult> drain : drains) {
      assertThat(drain.get(10, TimeUnit.SECONDS)).isEqualTo(new Drained());
    }
    assertThat(models).allSatisfy(model -> assertThat(model.closes).hasValue(1));
    assertThat(leases.get()).isPositive();
  }

  @Test
  void shouldEitherLeaseOrRefuseWhenStoppedDuringAcquire() throws Exception {
    for (int round = 0; round < 300; round++) {
      // Given
      Model model = new Model();
      ModelSlot slot = slot(model);
      CountDownLatch go = new CountDownLatch(1);
      CompletableFuture<Boolean> leased =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  go.await();
                  try (Lease lease = slot.acquire()) {
                    return ((Model) lease.model()).closes.get() == 0;
                  }
                } catch (TaskException refused) {
                  return true;
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });

      // When
      go.countDown();
      DrainResult result = slot.drain(LIMIT).get(10, TimeUnit.SECONDS);

      // Then
      assertThat(leased.get(10, TimeUnit.SECONDS)).isTrue();
      assertThat(result).isEqualTo(new Drained());
      assertThat(model.closes).hasValue(1);
    }
  }
}
