package dev.bantam.runtime.dispatch;

import dev.bantam.runtime.slot.Lease;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.EventSink;
import dev.bantam.spi.TaskException;
import dev.bantam.spi.TaskRequest;
import dev.bantam.spi.TaskResult;
import io.vertx.core.Context;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One admitted request, from its admission to its answer. It is answered once, on the context; its
 * lease is released and its place is free once its handler has returned. Where its slot has no
 * model for a while it waits for its lease. {@link #run} is the worker's part; all else belongs to
 * the context.
 */
final class RequestInFlight implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(RequestInFlight.class);

  /** How long a handler may take to notice a cancel before its client is answered without it. */
  private static final long NOTICE_MS = 1000;

  private static final long NO_TIMER = -1;

  private final IncomingRequest request;
  private final Responder responder;
  private final SlotWorkers workers;
  private final Cancellation cancellation;
  private final MemoryLedger memory;
  private final Context context;
  private final Consumer<RequestInFlight> answered;
  private final long admittedNanos = System.nanoTime();
  private Optional<Lease> lease = Optional.empty();
  private volatile OptionalLong begunNanos = OptionalLong.empty();
  private long deadlineTimer = NO_TIMER;
  private long noticeTimer = NO_TIMER;
  private boolean isAnswered;
  private int chunks;

  /**
   * @param memory of all requests
   * @param answered told once, when the client has its answer
   */
  RequestInFlight(
      IncomingRequest request,
      Responder responder,
      SlotWorkers workers,
      Cancellation cancellation,
      MemoryLedger memory,
      Context context,
      Consumer<RequestInFlight> answered) {
    this.request = request;
    this.responder = responder;
    this.workers = workers;
    this.cancellation = cancellation;
    this.memory = memory;
    this.context = context;
    this.answered = answered;
  }

  String key() {
    return request.key();
  }

  IncomingRequest request() {
    return request;
  }

  SlotWorkers workers() {
    return workers;
  }

  Cancellation cancellation() {
    return cancellation;
  }

  /** What the request is answered with; empty while it waits for a model. */
  Optional<Lease> lease() {
    return lease;
  }

  /** Takes a place in the slot; {@link #start} or {@link #cancel} comes later. */
  void enter() {
    workers.enter();
    cancellation.explain(this::outOfTime);
    long millis = Math.max(1, cancellation.nanosLeft() / 1_000_000 + 1);
    deadlineTimer = context.owner().setTimer(millis, timer -> cancel(cancellation.endOfTime()));
  }

  /**
   * A client whose time has gone by with waiting is told when to ask again: it was not its request
   * that took too long.
   */
  private TaskException outOfTime() {
    long now = System.nanoTime();
    long begin = begunNanos.orElse(now);
    boolean hasWaited = begin - admittedNanos > now - begin;
    return hasWaited && cancellation.timeout().isEmpty()
        ? new TaskException(
            ErrorCode.BUSY,
            "slot %s had no time for this request before its deadline; try again later"
                .formatted(workers.name()),
            null,
            workers.retryAfter())
        : Cancellation.expired();
  }

  /**
   * Takes a turn in the slot's queue.
   *
   * @param own released by this request
   */
  void start(Lease own) {
    lease = Optional.of(own);
    workers.execute(this, request.turn());
  }

  /** Ends the request early: at once if it waits, else as soon as its handler notices. */
  void cancel(TaskException why) {
    if (isAnswered) {
      return;
    }
    cancellation.trip(why);
    TaskException reason = cancellation.reason().orElse(why);
    if (lease.isEmpty() || workers.withdraw(this)) {
      leave();
      answer(() -> fail(reason));
    } else if (noticeTimer == NO_TIMER) {
      noticeTimer = context.owner().setTimer(noticeMillis(), timer -> answer(() -> fail(reason)));
    }
  }

  /** What is left of its client's time is shared: half is for the way of the answer. */
  private long noticeMillis() {
    return request
        .deadlineNanos()
        .map(deadline -> (deadline - System.nanoTime()) / 2_000_000)
        .map(half -> Math.max(1, Math.min(half, NOTICE_MS)))
        .orElse(NOTICE_MS);
  }

  private void fail(TaskException reason) {
    workers.figures().failed(reason.code());
    Optional<Duration> limit =
        reason.code() == ErrorCode.EXPIRED ? cancellation.timeout() : Optional.empty();
    limit.ifPresentOrElse(
        timeout -> responder.timedOut(reason, timeout), () -> responder.fail(reason));
  }

  /** The worker's part. */
  @Override
  public void run() {
    run(lease.orElseThrow());
  }

  private void run(Lease own) {
    long begin = System.nanoTime();
    begunNanos = OptionalLong.of(begin);
    Outcome outcome;
    try {
      outcome = new Outcome.Answered(handle(own), millis(begin - admittedNanos));
    } catch (TaskException e) {
      outcome = new Outcome.Failed(e);
    } catch (OutOfMemoryError e) {
      outcome = new Outcome.Failed(outOfMemory(e));
    } catch (Throwable e) {
      // Whatever a plugin throws must not cost the worker, nor leave the client without an answer.
      outcome = new Outcome.Failed(pluginFailed(e));
    } finally {
      own.close();
    }
    Outcome result = outcome;
    long nanos = System.nanoTime() - begin;
    context.runOnContext(nothing -> handlerReturned(own, result, nanos));
  }

  private TaskResult handle(Lease own) throws TaskException {
    cancellation.throwIfCancelled();
    EventSink sink = request.stream() ? this::delta : text -> {};
    TaskResult result;
    try (MemoryLedger.Reservation reservation = memory.open(cancellation)) {
      TaskRequest asked =
          new TaskRequest(request.task(), request.body(), workers.allowed(), reservation);
      result = own.model().handle(asked, sink, cancellation);
    }
    if (result == null) {
      throw new TaskException(
          ErrorCode.PLUGIN_FAILED, "the plugin of slot %s returned nothing".formatted(own.slot()));
    }
    return result;
  }

  private void delta(String text) {
    if (!text.isEmpty()) {
      context.runOnContext(nothing -> chunk(text));
    }
  }

  private void chunk(String text) {
    if (!isAnswered && !cancellation.isCancelled()) {
      responder.chunk(chunks++, text);
    }
  }

  private void handlerReturned(Lease own, Outcome outcome, long nanos) {
    workers.worked(nanos);
    leave();
    Optional<TaskException> early = cancellation.reason();
    answer(
        () -> {
          if (early.isPresent()) {
            fail(early.get());
          } else if (outcome instanceof Outcome.Answered done) {
            own.version().countAnswer();
            workers
                .figures()
                .answered(done.result(), done.queueMs(), System.nanoTime() - admittedNanos);
            responder.answer(
                new Answer(done.result(), own.reference(), own.slot(), done.queueMs()));
          } else if (outcome instanceof Outcome.Failed failed) {
            own.version().countFailure(failed.error().code());
            workers.figures().failed(failed.error().code());
            responder.fail(failed.error());
          }
        });
  }

  private void leave() {
    lease.ifPresent(Lease::close);
    workers.leave();
  }

  private void answer(Runnable send) {
    if (isAnswered) {
      return;
    }
    isAnswered = true;
    context.owner().cancelTimer(deadlineTimer);
    context.owner().cancelTimer(noticeTimer);
    try {
      send.run();
    } finally {
      answered.accept(this);
    }
  }

  private TaskException outOfMemory(OutOfMemoryError e) {
    LOG.error("task {} on slot {} ran out of memory", request.task(), workers.name(), e);
    return new TaskException(
        ErrorCode.OUT_OF_MEMORY,
        "there is not enough memory for this request; send a shorter prompt or try again later",
        e);
  }

  private TaskException pluginFailed(Throwable e) {
    LOG.error("the plugin failed: task {}, slot {}", request.task(), workers.name(), e);
    return new TaskException(
        ErrorCode.PLUGIN_FAILED,
        "task %s failed inside its plugin (%s); the device's log says more"
            .formatted(request.task(), e.getClass().getSimpleName()),
        e);
  }

  private static double millis(long nanos) {
    return nanos / 1e6;
  }

  /** What the handler made of the request. */
  private sealed interface Outcome {
    record Answered(TaskResult result, double queueMs) implements Outcome {}

    record Failed(TaskException error) implements Outcome {}
  }
}
