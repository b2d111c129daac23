package dev.bantam.inference.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.inference.session.DecoderModel;
import dev.bantam.inference.session.Sequence;
import dev.bantam.inference.session.TinyDecoder;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.EventSink;
import dev.bantam.spi.TaskException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class GenerationLoopTest {

  private static final int REQUESTS = 200;
  private static final int WORKERS = 8;

  @TempDir Path folder;
  private DecoderModel model;
  private GenerationLoop loop;
  private ExecutorService workers;

  @BeforeEach
  void load() throws Exception {
    model = TinyDecoder.load(folder);
    loop = new GenerationLoop(model, new FakeTokenizer());
    workers = Executors.newFixedThreadPool(WORKERS);
  }

  @AfterEach
  void close() {
    workers.shutdownNow();
    loop.close();
    model.close();
  }

  /**
   * A request.
   *
   * @param cancelAfter pieces of text after which it is cancelled; more than it has for never
   */
  private record Request(int[] prompt, GenerationParameters parameters, int cancelAfter) {

    static Request random(Random random) {
      int[] prompt = random.ints(1 + random.nextInt(300), 0, TinyDecoder.VOCAB).toArray();
      GenerationParameters parameters = GenerationParameters.greedy(1 + random.nextInt(60));
      if (random.nextInt(3) == 0) {
        parameters = parameters.withSampling(0.9, 0, 0.95, 0, random.nextLong());
      }
      return new Request(prompt, parameters, random.nextInt(4) == 0 ? random.nextInt(20) : 1000);
    }
  }

  @Test
  void shouldAnswerEachAsIfItWereAlone() throws Exception {
    // Given
    Random random = new Random(11);
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < REQUESTS; i++) {
      requests.add(Request.random(random));
    }

    // When
    List<Future<String>> answers = new ArrayList<>();
    requests.forEach(request -> answers.add(workers.submit(() -> answer(request))));

    // Then
    assertThat(model.batchesExactly()).isTrue();
    for (int i = 0; i < REQUESTS; i++) {
      String alone = alone(requests.get(i));
      String together = answers.get(i).get(60, TimeUnit.SECONDS);
      if (together.startsWith("cancelled")) {
        assertThat(alone).startsWith(together.substring("cancelled".length()));
      } else {
        assertThat(together).isEqualTo(alone);
      }
    }
  }

  private String answer(Request request) throws TaskException {
    StringBuilder text = new StringBuilder();
    AtomicInteger pieces = new AtomicInteger();
    EventSink sink =
        piece -> {
          text.append(piece);
          pieces.incrementAndGet();
        };
    try {
      return loop.generate(
              request.prompt, request.parameters, sink, () -> pieces.get() >= request.cancelAfter)
          .text();
    } catch (TaskException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED);
      return "cancelled" + text;
    }
  }

  private String alone(Request request) throws TaskException {
    try (Sequence sequence = model.newSequence()) {
      return Generator.generate(
              sequence,
              new FakeTokenizer(),
              request.prompt,
              request.parameters,
              text -> {},
              CancellationToken.NONE)
          .text();
    }
  }

  @Test
  void shouldDecodeOthersWhileALongPromptIsEvaluated() throws Exception {
    // Given a request that decodes, and waits for another to come
    AtomicInteger pieces = new AtomicInteger();
    CountDownLatch decoding = new CountDownLatch(1);
    Future<GenerationResult> first =
        workers.submit(
            () ->
                loop.generate(
                    new int[] {1, 2},
                    GenerationParameters.greedy(600),
                    text -> {
                      if (pieces.incrementAndGet() == 3) {
                        decoding.countDown();
                        await(() -> loop.waiting() > 0);
                      }
                    },
                    CancellationToken.NONE));
    decoding.await();

    // When
    AtomicInteger before = new AtomicInteger();
    GenerationResult late =
        loop.generate(
            new int[600],
            GenerationParameters.greedy(2),
            text -> before.compareAndSet(0, pieces.get()),
            CancellationToken.NONE);

    // Then
    assertThat(late.usage().completionTokens()).isEqualTo(2);
    assertThat(before).hasValueGreaterThan(600 / GenerationLoop.CHUNK_BESIDE - 2);
    assertThat(first.get().usage().completionTokens()).isEqualTo(600);
  }

  private static void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      Thread.onSpinWait();
    }
  }

  private GenerationResult generate(int[] prompt, GenerationParameters parameters)
      throws TaskException {
    return loop.generate(prompt, parameters, text -> {}, CancellationToken.NONE);
  }

  @Test
  void shouldEndOneWhoseSinkFailsAndNoOther() throws Exception {
    Future<GenerationResult> good =
        workers.submit(() -> generate(new int[] {1, 2, 3}, GenerationParameters.greedy(100)));

    assertThatThrownBy(
            () ->
                loop.generate(
                    new int[] {4, 5},
                    GenerationParameters.greedy(100),
                    text -> {
                      throw new IllegalArgumentException("no more");
                    },
                    CancellationToken.NONE))
        .hasRootCauseMessage("no more");

    assertThat(good.get().usage().completionTokens()).isPositive();
    assertThat(generate(new int[] {1}, GenerationParameters.greedy(3)).text()).isNotEmpty();
  }

  @Test
  void shouldRefuseWhatTheModelCannotTake() {
    assertThatThrownBy(
            () -> generate(new int[TinyDecoder.CONTEXT + 1], GenerationParameters.greedy(3)))
        .isInstanceOfSatisfying(
            TaskException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PROMPT_TOO_LONG));
  }

  @Test
  void shouldEndWhatIsUnderWayWhenClosed() throws Exception {
    // Given
    CountDownLatch decoding = new CountDownLatch(1);
    Future<GenerationResult> endless =
        workers.submit(
            () ->
                loop.generate(
                    new int[] {1, 2},
                    GenerationParameters.greedy(600),
                    text -> {
                      decoding.countDown();
                      await(loop::isClosed);
                    },
                    CancellationToken.NONE));
    decoding.await();

    // When
    loop.close();

    // Then
    assertThatThrownBy(endless::get)
        .cause()
        .isInstanceOfSatisfying(
            TaskException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DRAINING));
    assertThatThrownBy(() -> generate(new int[] {1}, GenerationParameters.greedy(3)))
        .isInstanceOf(TaskException.class);
  }
}
