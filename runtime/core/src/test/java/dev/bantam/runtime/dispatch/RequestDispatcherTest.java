package dev.bantam.runtime.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.runtime.slot.DrainResult;
import dev.bantam.runtime.slot.ModelSlot;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.LoadedModel;
import dev.bantam.spi.ModelReference;
import dev.bantam.spi.RequestBody;
import dev.bantam.spi.RequestLimits;
import dev.bantam.spi.TaskException;
import dev.bantam.spi.TaskResult;
import dev.bantam.testkit.Eventually;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RequestDispatcherTest {

  private static final Duration LONG = Duration.ofSeconds(20);
  private static Vertx vertx;

  private final Context context = vertx.getOrCreateContext();

  @BeforeAll
  static void openVertx() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void closeVertx() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  /** Collects what a client would see. */
  private static final class Client implements Responder {
    final List<String> chunks = new CopyOnWriteArrayList<>();
    final CompletableFuture<Answer> answer = new CompletableFuture<>();
    final AtomicInteger ends = new AtomicInteger();
    final AtomicReference<Duration> timeout = new AtomicReference<>();

    @Override
    public void timedOut(TaskException error, Duration limit) {
      timeout.set(limit);
      fail(error);
    }

    @Override
    public void chunk(int index, String text) {
      chunks.add(index + ":" + text);
    }

    @Override
    public void answer(Answer whole) {
      ends.incrementAndGet();
      answer.complete(whole);
    }

    @Override
    public void fail(TaskException error) {
      ends.incrementAndGet();
      answer.completeExceptionally(error);
    }

    Answer await() throws Exception {
      return answer.get(10, TimeUnit.SECONDS);
    }

    TaskException failure() {
      try {
        throw new AssertionError("answered: " + await());
      } catch (Exception e) {
        assertThat(e.getCause()).isInstanceOf(TaskException.class);
        return (TaskException) e.getCause();
      }
    }
  }

  private static final LoadedModel ECHO =
      (request, sink, cancellation) -> {
        String text = request.body().text("prompt");
        for (String word : text.split(" ")) {
          sink.delta(word);
        }
        return TaskResult.ofText(text);
      };

  private SlotWorkers slot(
      String name, LoadedModel model, int workers, int queue, String... tasks) {
    return slot(name, model, new SlotLimits(workers, queue, LONG), tasks);
  }

  private SlotWorkers slot(String name, LoadedModel model, SlotLimits limits, String... tasks) {
    return new SlotWorkers(
        new ModelSlot(name, ModelReference.of("tiny", "1", "f32"), model, Runnable::run),
        Set.of(tasks),
        limits);
  }

  private RequestDispatcher dispatcher(SlotWorkers... slots) {
    return new RequestDispatcher(context, List.of(slots), MemoryLedger.unbounded());
  }

  private static IncomingRequest request(String key, String task) {
    return new IncomingRequest(
        key,
        task,
        Optional.empty(),
        Optional.empty(),
        RequestBody.ofText("one two three"),
        false,
        Optional.empty(),
        false,
        Turn.normal("me"));
  }

  private static IncomingRequest choosing(
      String task, Optional<String> slot, Optional<String> model) {
    return new IncomingRequest(
        "k",
        task,
        slot,
        model,
        RequestBody.ofText("hi"),
        false,
        Optional.empty(),
        false,
        Turn.normal("me"));
  }

  private static IncomingRequest due(String key, Duration in) {
    return new IncomingRequest(
        key,
        "chat",
        Optional.empty(),
        Optional.empty(),
        RequestBody.ofText("hi"),
        false,
        Optional.of(System.nanoTime() + in.toNanos()),
        false,
        Turn.normal("me"));
  }

  private <T> T onContext(Callable<T> work) throws Exception {
    CompletableFuture<T> result = new CompletableFuture<>();
    context.runOnContext(
        v -> {
          try {
            result.complete(work.call());
          } catch (Exception e) {
            result.completeExceptionally(e);
          }
        });
    return result.get(10, TimeUnit.SECONDS);
  }

  private Client send(RequestDispatcher dispatcher, IncomingRequest request) throws Exception {
    Client client = new Client();
    onContext(
        () -> {
          dispatcher.dispatch(request, client);
          return true;
        });
    return client;
  }

  @Test
  void shouldAnswerWithModelAndSlot() throws Exception {
    // Given
    RequestDispatcher dispatcher = dispatcher(slot("assistant", ECHO, 1, 1, "chat"));

    // When
    Client client = send(dispatcher, request("a", "chat"));

    // Then
    Answer answer = client.await();
    assertThat(answer.result().text()).isEqualTo("one two three");
    assertThat(answer.model()).hasToString("tiny:1@f32");
    assertThat(answer.slot()).isEqualTo("assistant");
    assertThat(answer.queueMs()).isNotNegative();
    assertThat(client.chunks).isEmpty();
    assertThat(onContext(dispatcher::inFlight)).isZero();
  }

  @Test
  void shouldStreamChunksInOrderBeforeTheAnswer() throws Exception {
    // Given
    RequestDispatcher dispatcher = dispatcher(slot("assistant", ECHO, 1, 1, "chat"));
    IncomingRequest streamed =
        new IncomingRequest(
            "s",
            "chat",
            Optional.empty(),
            Optional.empty(),
            RequestBody.ofText("one two three"),
            true,
            Optional.empty(),
            false,
            Turn.normal("me"));

    // When
    Client client = send(dispatcher, streamed);
    client.await();

    // Then
    assertThat(client.chunks).containsExactly("0:one", "1:two", "2:three");
  }

  @Test
  void shouldNameTasksWhenTaskIsUnknown() throws Exception {
    RequestDispatcher dispatcher =
        dispatcher(slot("a", ECHO, 1, 1, "chat", "answer"), slot("b", ECHO, 1, 1, "classify"));

    TaskException error = send(dispatcher, request("k", "dance")).failure();

    assertThat(error.code()).isEqualTo(ErrorCode.UNKNOWN_TASK);
    assertThat(error)
        .hasMessage("unknown task \"dance\"; this device serves: answer, chat, classify");
  }

  @Test
  void shouldRefuseUnknownSlotAndInactiveModelNamingWhatThereIs() throws Exception {
    // Given
    RequestDispatcher dispatcher =
        dispatcher(slot("a", ECHO, 1, 1, "chat"), slot("b", ECHO, 1, 1, "classify"));

    // When
    TaskException slot =
        send(dispatcher, choosing("chat", Optional.of("c"), Optional.empty())).failure();
    TaskException task =
        send(dispatcher, choosing("chat", Optional.of("b"), Optional.empty())).failure();
    TaskException model =
        send(dispatcher, choosing("chat", Optional.empty(), Optional.of("gpt-4"))).failure();
    TaskException form =
        send(dispatcher, choosing("chat", Optional.empty(), Optional.of("No Model!"))).failure();
    Answer right =
        send(dispatcher, choosing("chat", Optional.of("a"), Optional.of("tiny:1"))).await();

    // Then
    assertThat(slot.code()).isEqualTo(ErrorCode.UNKNOWN_MODEL);
    assertThat(slot).hasMessage("this device has no slot \"c\"; its slots are: a, b");
    assertThat(task.code()).isEqualTo(ErrorCode.UNKNOWN_TASK);
    assertThat(task).hasMessage("unknown task \"chat\"; slot b serves: classify");
    assertThat(model.code()).isEqualTo(ErrorCode.UNKNOWN_MODEL);
    assertThat(model).hasMessageContaining("tiny:1@f32");
    assertThat(form.code()).isEqualTo(ErrorCode.UNKNOWN_MODEL);
    assertThat(right.slot()).isEqualTo("a");
  }

  @Test
  void shouldGiveMemoryBackHoweverARequestEnds() throws Exception {
    // Given a device with memory for one request at a time
    MemoryLedger memory = new MemoryLedger(1000);
    LoadedModel reserving =
        (request, sink, cancellation) -> {
          request.memory().reserve(700);
          if (request.body().text("prompt").equals("fail")) {
            throw new IllegalStateException("as plugins do");
          }
          return TaskResult.ofText("done");
        };
    SlotWorkers workers = slot("assistant", reserving, 2, 8, "chat");
    RequestDispatcher dispatcher = new RequestDispatcher(context, List.of(workers), memory);

    // When
    List<Client> clients = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      clients.add(send(dispatcher, turned("ask " + i, Turn.normal("a"))));
    }
    Client failing = send(dispatcher, turned("fail", Turn.normal("a")));

    // Then
    for (Client client : clients) {
      client.await();
    }
    assertThat(failing.failure().code()).isEqualTo(ErrorCode.PLUGIN_FAILED);
    assertThat(memory.figures())
        .containsEntry("reserved_bytes", 0L)
        .containsEntry("most_reserved_bytes", 700L);
  }

  @Test
  void shouldAnswerWhatIsUrgentBeforeWhatCameEarlier() throws Exception {
    // Given one at work and three waiting
    CountDownLatch release = new CountDownLatch(1);
    List<String> order = new CopyOnWriteArrayList<>();
    LoadedModel slow =
        (request, sink, cancellation) -> {
          awaitQuietly(release);
          order.add(request.body().text("prompt"));
          return TaskResult.ofText("done");
        };
    SlotWorkers workers = slot("assistant", slow, 1, 4, "chat");
    RequestDispatcher dispatcher = dispatcher(workers);
    List<Client> clients = new ArrayList<>();
    clients.add(send(dispatcher, turned("first", Turn.normal("a"))));
    Eventually.await("at work", LONG, () -> workers.waiting() == 0);

    // When
    clients.add(send(dispatcher, turned("low", new Turn(Priority.LOW, "a"))));
    clients.add(send(dispatcher, turned("same client", Turn.normal("a"))));
    clients.add(send(dispatcher, turned("other client", Turn.normal("b"))));
    clients.add(send(dispatcher, turned("high", new Turn(Priority.HIGH, "a"))));
    release.countDown();

    // Then
    for (Client client : clients) {
      client.await();
    }
    assertThat(order).containsExactly("first", "high", "other client", "same client", "low");
  }

  private static IncomingRequest turned(String text, Turn turn) {
    return new IncomingRequest(
        text,
        "chat",
        Optional.empty(),
        Optional.empty(),
        RequestBody.ofText(text),
        false,
        Optional.empty(),
        false,
        turn);
  }

  @Test
  void shouldRefuseWhenFullWithRetryHintAndServeAgainLater() throws Exception {
    // Given one at work and one waiting
    CountDownLatch release = new CountDownLatch(1);
    LoadedModel slow =
        (request, sink, cancellation) -> {
          awaitQuietly(release);
          return TaskResult.ofText("done");
        };
    RequestDispatcher dispatcher = dispatcher(slot("assistant", slow, 1, 1, "chat"));
    Client first = send(dispatcher, request("1", "chat"));
    Client second = send(dispatcher, request("2", "chat"));

    // When
    TaskException busy = send(dispatcher, request("3", "chat")).failure();

    // Then
    assertThat(busy.code()).isEqualTo(ErrorCode.BUSY);
    assertThat(busy.retryAfter()).hasValueSatisfying(after -> assertThat(after).isPositive());
    release.countDown();
    first.await();
    second.await();
    assertThat(send(dispatcher, request("4", "chat")).await().result().text()).isEqualTo("done");
  }

  @Test
  void shouldRefuseWhileTheDeviceIsTooHotAndFinishWhatIsAdmitted() throws Exception {
    // Given
    CountDownLatch release = new CountDownLatch(1);
    LoadedModel slow =
        (request, sink, cancellation) -> {
          awaitQuietly(release);
          return TaskResult.ofText("done");
        };
    RequestDispatcher dispatcher = dispatcher(slot("assistant", slow, 1, 1, "chat"));
    Client first = send(dispatcher, request("1", "chat"));

    // When
    dispatcher.refuse(
        Optional.of(new Refusal(ErrorCode.TOO_HOT, "cool it", Duration.ofSeconds(30))),
        Optional.empty());
    TaskException refused = send(dispatcher, request("2", "chat")).failure();
    release.countDown();

    // Then
    assertThat(refused.code()).isEqualTo(ErrorCode.TOO_HOT);
    assertThat(refused.code().status()).isEqualTo(503);
    assertThat(refused.retryAfter()).contains(Duration.ofSeconds(30));
    assertThat(first.await().result().text()).isEqualTo("done");
    dispatcher.refuse(Optional.empty(), Optional.empty());
    assertThat(send(dispatcher, request("3", "chat")).await().result().text()).isEqualTo("done");
  }

  @Test
  void shouldRefuseThoseOfLowPriorityAlone() throws Exception {
    // Given
    RequestDispatcher dispatcher =
        dispatcher(
            slot("assistant", (request, sink, token) -> TaskResult.ofText("done"), 1, 1, "chat"));

    // When
    dispatcher.refuse(
        Optional.empty(), Optional.of(new Refusal(ErrorCode.BUSY, "later", Duration.ofSeconds(5))));

    // Then
    TaskException refused = send(dispatcher, turned("low", new Turn(Priority.LOW, "a"))).failure();
    assertThat(refused.code()).isEqualTo(ErrorCode.BUSY);
    assertThat(refused.retryAfter()).contains(Duration.ofSeconds(5));
    assertThat(send(dispatcher, turned("normal", Turn.normal("a"))).await().result().text())
        .isEqualTo("done");
  }

  @Test
  void shouldTellThePluginWhatADeviceAllows() throws Exception {
    // Given
    SlotWorkers slot =
        slot(
            "assistant",
            (request, sink, token) -> TaskResult.ofText(request.limits().toString()),
            1,
            1,
            "chat");
    RequestDispatcher dispatcher = dispatcher(slot);
    RequestLimits limits = new RequestLimits(OptionalInt.of(16), 50, Duration.ofSeconds(5));

    // When
    slot.allow(limits);

    // Then
    assertThat(send(dispatcher, request("1", "chat")).await().result().text())
        .isEqualTo(limits.toString());
  }

  @Test
  void shouldKeepItsCapacityWithFewerWorkers() {
    SlotLimits usual = new SlotLimits(5, 8, Duration.ofMinutes(1));

    assertThat(usual.spared()).isEqualTo(new SlotLimits(2, 11, Duration.ofMinutes(1)));
    assertThat(new SlotLimits(1, 8, Duration.ofMinutes(1)).spared())
        .isEqualTo(new SlotLimits(1, 8, Duration.ofMinutes(1)));
  }

  @Test
  void shouldRefuseSecondRequestWithTheSameKey() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    RequestDispatcher dispatcher = dispatcher(slot("assistant", waitingFor(release), 1, 4, "chat"));
    Client first = send(dispatcher, request("same", "chat"));

    TaskException error = send(dispatcher, request("same", "chat")).failure();

    assertThat(error.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
    release.countDown();
    first.await();
  }

  @Test
  void shouldRefuseRequestWhoseDeadlineHasPassed() throws Exception {
    RequestDispatcher dispatcher = dispatcher(slot("assistant", ECHO, 1, 1, "chat"));

    TaskException error = send(dispatcher, due("late", Duration.ofMillis(-1))).failure();

    assertThat(error.code()).isEqualTo(ErrorCode.EXPIRED);
  }

  @Test
  void shouldEndAtItsDeadlineWhatRunsAndTellWhatWaitsWhenToAskAgain() throws Exception {
    // Given a handler that only ends when its token trips
    RequestDispatcher dispatcher = dispatcher(slot("assistant", untilCancelled(), 1, 1, "chat"));
    Client running = send(dispatcher, due("running", Duration.ofMillis(150)));

    // When
    Client waiting = send(dispatcher, due("waiting", Duration.ofMillis(20)));

    // Then
    assertThat(waiting.failure().code()).isEqualTo(ErrorCode.BUSY);
    assertThat(waiting.failure().retryAfter()).isPresent();
    assertThat(running.failure().code()).isEqualTo(ErrorCode.EXPIRED);
    assertThat(onContext(dispatcher::inFlight)).isZero();
  }

  @Test
  void shouldTellBeforeTheDeadlineThatThereIsNoAnswer() throws Exception {
    // Given
    RequestDispatcher dispatcher = dispatcher(slot("assistant", untilCancelled(), 1, 1, "chat"));
    IncomingRequest request = due("running", Duration.ofSeconds(3));

    // When
    Client client = send(dispatcher, request);

    // Then the client still waits
    assertThat(client.failure().code()).isEqualTo(ErrorCode.EXPIRED);
    assertThat(request.deadlineNanos().orElseThrow() - System.nanoTime()).isPositive();
  }

  @Test
  void shouldTellBeforeTheDeadlineAlsoWhereTheModelIsInTheMiddleOfALongStep() throws Exception {
    // Given
    CountDownLatch release = new CountDownLatch(1);
    RequestDispatcher dispatcher = dispatcher(slot("assistant", waitingFor(release), 1, 1, "chat"));
    IncomingRequest request = due("running", Duration.ofSeconds(3));

    // When
    Client client = send(dispatcher, request);

    // Then
    assertThat(client.failure().code()).isEqualTo(ErrorCode.EXPIRED);
    assertThat(request.deadlineNanos().orElseThrow() - System.nanoTime()).isPositive();
    release.countDown();
  }

  @Test
  void shouldTellTheSlotsTimeoutFromTheClientsDeadline() throws Exception {
    // Given
    Duration timeout = Duration.ofMillis(40);
    RequestDispatcher dispatcher =
        dispatcher(slot("assistant", untilCancelled(), new SlotLimits(3, 0, timeout), "chat"));
    IncomingRequest patient = due("patient", Duration.ofSeconds(2));
    IncomingRequest limited =
        new IncomingRequest(
            "limited",
            "chat",
            patient.slot(),
            patient.model(),
            patient.body(),
            false,
            patient.deadlineNanos(),
            true,
            Turn.normal("me"));

    // When
    Client withoutDeadline = send(dispatcher, request("own", "chat"));
    Client withDeadline = send(dispatcher, patient);
    Client withBoth = send(dispatcher, limited);

    // Then
    assertThat(withoutDeadline.failure().code()).isEqualTo(ErrorCode.EXPIRED);
    assertThat(withoutDeadline.timeout).hasValue(timeout);
    assertThat(withBoth.failure().code()).isEqualTo(ErrorCode.EXPIRED);
    assertThat(withBoth.timeout).hasValue(timeout);
    assertThat(withDeadline.failure().code()).isEqualTo(ErrorCode.EXPIRED);
    assertThat(withDeadline.timeout).hasNullValue();
  }

  @Test
  void shouldCancelRunningAndWaitingRequests() throws Exception {
    // Given
    RequestDispatcher dispatcher = dispatcher(slot("assistant", untilCancelled(), 1, 1, "chat"));
    Client running = send(dispatcher, request("running", "chat"));
    Client waiting = send(dispatcher, request("waiting", "chat"));

    // When
    boolean first = onContext(() -> dispatcher.cancel("waiting"));
    boolean second = onContext(() -> dispatcher.cancel("running"));
    boolean unknown = onContext(() -> dispatcher.cancel("nobody"));

    // Then
    assertThat(first).isTrue();
    assertThat(second).isTrue();
    assertThat(unknown).isFalse();
    assertThat(waiting.failure().code()).isEqualTo(ErrorCode.CANCELLED);
    assertThat(running.failure().code()).isEqualTo(ErrorCode.CANCELLED);
  }

  @Test
  void shouldAnswerCancelledClientEvenIfHandlerIgnoresTheToken() throws Exception {
    // Given
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    LoadedModel model =
        (request, sink, cancellation) -> {
          begun.countDown();
          return waitingFor(release).handle(request, sink, cancellation);
        };
    SlotWorkers workers = slot("assistant", model, 1, 0, "chat");
    RequestDispatcher dispatcher = dispatcher(workers);
    Client deaf = send(dispatcher, request("deaf", "chat"));
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();

    // When
    onContext(() -> dispatcher.cancel("deaf"));

    // Then the client is told, but the place stays taken until the handler returns
    assertThat(deaf.failure().code()).isEqualTo(ErrorCode.CANCELLED);
    assertThat(send(dispatcher, request("next", "chat")).failure().code())
        .isEqualTo(ErrorCode.BUSY);
    release.countDown();
    Eventually.await(
        "the place is free again", Duration.ofSeconds(10), () -> !onContextUnchecked(workers));
    assertThat(deaf.ends).hasValue(1);
  }

  private boolean onContextUnchecked(SlotWorkers workers) {
    try {
      return onContext(workers::isFull);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void shouldTellPluginFailuresApart() throws Exception {
    // Given
    List<Throwable> thrown =
        List.of(
            new TaskException(ErrorCode.PROMPT_TOO_LONG, "too long"),
            new IllegalStateException("secret detail"),
            new OutOfMemoryError("on purpose"),
            new StackOverflowError(),
            new NoClassDefFoundError("x/Y"));
    List<ErrorCode> codes = new ArrayList<>();
    List<String> messages = new ArrayList<>();

    // When
    for (Throwable error : thrown) {
      RequestDispatcher dispatcher =
          dispatcher(slot("assistant", (r, s, c) -> throwing(error), 1, 1, "chat"));
      TaskException failure = send(dispatcher, request("k", "chat")).failure();
      codes.add(failure.code());
      messages.add(failure.text());
    }
    RequestDispatcher silent = dispatcher(slot("assistant", (r, s, c) -> null, 1, 1, "chat"));
    codes.add(send(silent, request("k", "chat")).failure().code());

    // Then
    assertThat(codes)
        .containsExactly(
            ErrorCode.PROMPT_TOO_LONG,
            ErrorCode.PLUGIN_FAILED,
            ErrorCode.OUT_OF_MEMORY,
            ErrorCode.PLUGIN_FAILED,
            ErrorCode.PLUGIN_FAILED,
            ErrorCode.PLUGIN_FAILED);
    assertThat(messages.get(1)).contains("IllegalStateException").doesNotContain("secret");
  }

  @Test
  void shouldReleaseLeaseWhateverHappens() throws Exception {
    // Given
    SlotWorkers workers =
        slot("assistant", (r, s, c) -> throwing(new IllegalStateException()), 1, 1, "chat");
    RequestDispatcher dispatcher = dispatcher(workers);
    send(dispatcher, request("k", "chat")).failure();

    // When
    DrainResult drained = workers.slot().drain(LONG).get(10, TimeUnit.SECONDS);

    // Then
    assertThat(drained).isEqualTo(new DrainResult.Drained());
  }

  @Test
  void shouldKeepRequestsModelWhenSlotIsReplacedWhileItWaits() throws Exception {
    // Given a request at work and one waiting, both on version 1
    CountDownLatch release = new CountDownLatch(1);
    SlotWorkers workers = slot("assistant", waitingFor(release), 1, 1, "chat");
    RequestDispatcher dispatcher = dispatcher(workers);
    Client working = send(dispatcher, request("working", "chat"));
    Client waiting = send(dispatcher, request("waiting", "chat"));

    // When
    workers.slot().replace(ModelReference.of("tiny", "2", "f32"), ECHO, LONG, Duration.ZERO);
    release.countDown();

    // Then
    assertThat(working.await().model()).hasToString("tiny:1@f32");
    assertThat(waiting.await().model()).hasToString("tiny:1@f32");
    assertThat(send(dispatcher, request("new", "chat")).await().model()).hasToString("tiny:2@f32");
  }

  @Test
  void shouldDrainWhatRunsAndRefuseWhatComes() throws Exception {
    // Given
    CountDownLatch release = new CountDownLatch(1);
    RequestDispatcher dispatcher = dispatcher(slot("assistant", waitingFor(release), 1, 1, "chat"));
    Client running = send(dispatcher, request("running", "chat"));

    // When
    Future<Void> drained = onContext(() -> dispatcher.drain(LONG));
    TaskException refused = send(dispatcher, request("late", "chat")).failure();

    // Then
    assertThat(refused.code()).isEqualTo(ErrorCode.DRAINING);
    assertThat(drained.isComplete()).isFalse();
    release.countDown();
    running.await();
    drained.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void shouldCancelWhatIsLeftWhenDrainTimeIsUp() throws Exception {
    // Given
    RequestDispatcher dispatcher = dispatcher(slot("assistant", untilCancelled(), 1, 1, "chat"));
    Client running = send(dispatcher, request("running", "chat"));
    Client waiting = send(dispatcher, request("waiting", "chat"));

    // When
    Future<Void> drained = onContext(() -> dispatcher.drain(Duration.ofMillis(10)));

    // Then
    assertThat(running.failure().code()).isEqualTo(ErrorCode.DRAINING);
    assertThat(waiting.failure().code()).isEqualTo(ErrorCode.DRAINING);
    drained.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private static LoadedModel waitingFor(CountDownLatch release) {
    return (request, sink, cancellation) -> {
      awaitQuietly(release);
      return TaskResult.ofText("done");
    };
  }

  private static LoadedModel untilCancelled() {
    return (request, sink, cancellation) -> {
      while (true) {
        cancellation.throwIfCancelled();
        Thread.onSpinWait();
      }
    };
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @SuppressWarnings("unchecked")
  private static <X extends Throwable> TaskResult throwing(Throwable error) throws X {
    throw (X) error;
  }
}
