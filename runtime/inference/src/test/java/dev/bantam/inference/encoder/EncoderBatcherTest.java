package dev.bantam.inference.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bantam.inference.encoder.EncoderResult.TextLogits;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With a runner that waits for a permit for each batch, and says of each text its first token. */
@Timeout(30)
class EncoderBatcherTest {

  private static final int POISON = 66_666;

  private final Semaphore gate = new Semaphore(0);
  private final Semaphore begun = new Semaphore(0);
  private final List<List<Integer>> batches = Collections.synchronizedList(new ArrayList<>());
  private final EncoderBatcher batcher = new EncoderBatcher(this::run, this::run, "test", 1);
  private final ExecutorService clients = Executors.newCachedThreadPool();

  private List<EncoderResult> run(List<EncoderInput> batch) throws TaskException {
    List<Integer> ids = batch.stream().map(input -> input.ids()[0]).toList();
    batches.add(ids);
    begun.release();
    gate.acquireUninterruptibly();
    if (ids.contains(POISON)) {
      throw new TaskException(ErrorCode.MODEL_UNUSABLE, "poisoned");
    }
    return ids.stream().<EncoderResult>map(id -> new TextLogits(new float[] {id})).toList();
  }

  private List<EncoderResult> refuse(List<EncoderInput> batch) {
    throw new IllegalStateException("not alone: " + batch.size());
  }

  @AfterEach
  void close() {
    gate.release(1_000_000);
    batcher.close();
    clients.shutdownNow();
  }

  private static EncoderInput text(int id, int size) {
    int[] ids = new int[size];
    ids[0] = id;
    return new EncoderInput(ids, new int[size]);
  }

  private CompletableFuture<List<Float>> ask(
      CancellationToken cancellation, EncoderInput... texts) {
    return ask(batcher, cancellation, List.of(texts));
  }

  private CompletableFuture<List<Float>> ask(
      EncoderBatcher asked, CancellationToken cancellation, List<EncoderInput> texts) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return asked.encode(texts, cancellation).stream()
                .map(result -> ((TextLogits) result).logits()[0])
                .toList();
          } catch (TaskException e) {
            throw new IllegalStateException(e.code() + " " + e.text(), e);
          }
        },
        clients);
  }

  private CompletableFuture<List<Float>> ask(EncoderInput... texts) {
    return ask(CancellationToken.NONE, texts);
  }

  /** Returns once the batcher is at a run and {@code count} requests wait for the next. */
  private List<CompletableFuture<List<Float>>> askDuringARun(int count) throws Exception {
    List<CompletableFuture<List<Float>>> answers = new ArrayList<>();
    answers.add(ask(text(1, 3)));
    begun.acquire();
    for (int i = 0; i < count; i++) {
      answers.add(ask(text(10 + i, 3)));
    }
    awaitWaiting(count);
    return answers;
  }

  private void awaitWaiting(int count) throws InterruptedException {
    while (batcher.waiting() < count) {
      Thread.sleep(1);
    }
  }

  @Test
  void shouldRunARequestAtOnceWhenIdle() throws Exception {
    gate.release(2);
    assertThat(ask(text(1, 3)).get()).containsExactly(1f);
    assertThat(ask(text(2, 3)).get()).containsExactly(2f);
    assertThat(batches).containsExactly(List.of(1), List.of(2));
  }

  @Test
  void shouldLetRequestsThatComeDuringARunMeetInTheNext() throws Exception {
    // Given
    List<CompletableFuture<List<Float>>> answers = askDuringARun(7);

    // When
    gate.release(2);
    for (CompletableFuture<List<Float>> answer : answers) {
      answer.get();
    }

    // Then
    assertThat(batches).hasSize(2);
    assertThat(batches.get(1)).containsExactlyInAnyOrder(10, 11, 12, 13, 14, 15, 16);
    assertThat(answers.get(3).get()).containsExactly(12f);
    assertThat(batcher.runs()).isEqualTo(2);
  }

  @Test
  void shouldKeepTheOrderOfTextsWhateverTheirLengths() throws Exception {
    gate.release(1000);
    EncoderInput[] texts =
        IntStream.range(0, 500)
            .mapToObj(i -> text(i, 2 + i * 37 % 200))
            .toArray(EncoderInput[]::new);

    List<Float> answers = ask(texts).get();

    assertThat(answers)
        .containsExactlyElementsOf(IntStream.range(0, 500).mapToObj(i -> (float) i).toList());
    assertThat(batches.size()).isGreaterThan(30);
  }

  @Test
  void shouldNotLetARequestOfThousandsOfTextsHoldUpASmallOne() throws Exception {
    // Given
    EncoderInput[] many =
        IntStream.range(0, 10_000).mapToObj(i -> text(i, 16)).toArray(EncoderInput[]::new);
    CompletableFuture<List<Float>> large = ask(many);
    begun.acquire();
    CompletableFuture<List<Float>> small = ask(text(77_777, 5));
    awaitWaiting(2);

    // When the round in progress ends, four batches, and the first batch of the next
    gate.release(5);

    // Then
    assertThat(small.get()).containsExactly(77_777f);
    assertThat(batches.size()).isLessThanOrEqualTo(6);
    gate.release(10_000);
    assertThat(large.get()).hasSize(10_000);
  }

  @Test
  void shouldRunTheTextsOfOneRequestOnAllIdleThreads() throws Exception {
    try (EncoderBatcher three = new EncoderBatcher(this::run, this::refuse, "test", 3)) {
      List<EncoderInput> texts = IntStream.range(0, 30).mapToObj(i -> text(i, 10)).toList();

      // When
      CompletableFuture<List<Float>> answers = ask(three, CancellationToken.NONE, texts);
      begun.acquire(3);

      // Then all three run, and none has ended
      assertThat(batches).hasSize(3);
      gate.release(30);
      assertThat(answers.get()).hasSize(30);
    }
  }

  @Test
  void shouldRunWhatNothingRunsBesideWithAllThreads() throws Exception {
    // Given
    List<Integer> alone = Collections.synchronizedList(new ArrayList<>());
    EncoderBatcher.Runner all =
        batch -> {
          alone.add(batch.size());
          return run(batch);
        };
    try (EncoderBatcher two = new EncoderBatcher(this::run, all, "test", 2)) {

      // When one text comes after the other, and then two at once
      gate.release(2);
      assertThat(two.encode(List.of(text(1, 9)), CancellationToken.NONE)).hasSize(1);
      assertThat(two.encode(List.of(text(2, 9)), CancellationToken.NONE)).hasSize(1);
      CompletableFuture<List<Float>> both =
          ask(two, CancellationToken.NONE, List.of(text(3, 9), text(4, 9)));
      begun.acquire(4);
      gate.release(2);

      // Then the first two were alone
      assertThat(both.get()).containsExactly(3f, 4f);
      assertThat(alone).containsExactly(1, 1);
      assertThat(batches).hasSize(4);
    }
  }

  @Test
  void shouldLeaveOutWhatWasCancelledWhileItWaited() throws Exception {
    // Given
    CompletableFuture<List<Float>> first = ask(text(1, 3));
    begun.acquire();
    AtomicBoolean cancelled = new AtomicBoolean();
    CompletableFuture<List<Float>> waiting = ask(cancelled::get, text(2, 3));
    awaitWaiting(1);

    // When
    cancelled.set(true);

    // Then it is told during the run, and not run
    assertThat(waiting.handle((value, error) -> String.valueOf(error)).get(10, TimeUnit.SECONDS))
        .contains("CANCELLED");
    gate.release(2);
    assertThat(first.get()).containsExactly(1f);
    assertThat(ask(text(3, 3)).get()).containsExactly(3f);
    assertThat(batches).containsExactly(List.of(1), List.of(3));
  }

  @Test
  void shouldNotLetOneRequestSpoilAnother() throws Exception {
    // Given
    CompletableFuture<List<Float>> first = ask(text(1, 3));
    begun.acquire();
    CompletableFuture<List<Float>> good = ask(text(2, 3));
    CompletableFuture<List<Float>> bad = ask(text(POISON, 3));
    awaitWaiting(2);

    // When
    gate.release(10);

    // Then
    assertThat(first.get()).containsExactly(1f);
    assertThat(good.get()).containsExactly(2f);
    assertThat(bad.handle((value, error) -> String.valueOf(error)).get()).contains("poisoned");
  }

  @Test
  void shouldRefuseWhatWaitsWhenItIsClosed() throws Exception {
    List<CompletableFuture<List<Float>>> answers = askDuringARun(1);
    CompletableFuture<Void> closing = CompletableFuture.runAsync(batcher::close, clients);

    assertThat(answers.get(1).handle((value, error) -> String.valueOf(error)).get())
        .contains("DRAINING");
    gate.release(1);
    assertThat(answers.get(0).get()).containsExactly(1f);
    closing.get();
    TaskException later =
        catchThrowableOfType(
            TaskException.class, () -> batcher.encode(List.of(text(1, 3)), CancellationToken.NONE));
    assertThat(later.code()).isEqualTo(ErrorCode.DRAINING);
  }
}
