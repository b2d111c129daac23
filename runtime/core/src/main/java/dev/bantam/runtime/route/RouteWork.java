package dev.bantam.runtime.route;

import dev.bantam.runtime.config.RouteConfig;
import dev.bantam.runtime.config.RouteConfig.Overflow;
import dev.bantam.runtime.dispatch.Answer;
import dev.bantam.runtime.dispatch.IncomingRequest;
import dev.bantam.runtime.dispatch.RequestHandler;
import dev.bantam.runtime.dispatch.Responder;
import dev.bantam.runtime.dispatch.Turn;
import dev.bantam.runtime.mqtt.Publication;
import dev.bantam.runtime.mqtt.Publisher;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.RequestBody;
import dev.bantam.spi.TaskException;
import io.vertx.core.Context;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;

/**
 * What becomes of a route's batches: they wait, are asked about where the route asks, and
 * published. Each message ends here, counted once, and is acknowledged then.
 */
final class RouteWork {

  /** Publications that the broker has not acknowledged, where no model sets the pace. */
  private static final int MOST_UNTAKEN = 500;

  private static final long FIRST_RETRY_MS = 100;

  private final Context context;
  private final RouteConfig config;
  private final Optional<RequestWriter> requests;
  private final RequestHandler handler;
  private final OutputWriter outputs;
  private final RouteCounters counters;
  private final RouteQueue queue;
  private final Deque<Runnable> heldBack = new ArrayDeque<>();
  private final int mostAtWork;

  @SuppressWarnings("NullAway.Init") // set by started()
  private Publisher publisher;

  @SuppressWarnings("NullAway.Init") // set by started()
  private RouteVoice voice;

  private int atWork;
  private long asked;
  private boolean pumping;
  private boolean retrying;
  private boolean draining;

  RouteWork(
      Context context,
      RouteConfig config,
      Optional<RequestWriter> requests,
      RequestHandler handler,
      OutputWriter outputs,
      RouteCounters counters) {
    this.context = context;
    this.config = config;
    this.requests = requests;
    this.handler = handler;
    this.outputs = outputs;
    this.counters = counters;
    this.queue = new RouteQueue(config.queue(), config.overflow());
    this.mostAtWork = config.work().map(RouteConfig.Work::parallel).orElse(MOST_UNTAKEN);
  }

  /** Called once, before anything comes. */
  void started(Publisher connection, RouteVoice its) {
    publisher = connection;
    voice = its;
  }

  /** A window may wait for longer than the broker keeps sending without an acknowledgement. */
  void acknowledgeInWindow(Runnable acknowledge) {
    if (config.overflow() == Overflow.BACK_PRESSURE && queue.isFull()) {
      heldBack.add(acknowledge);
    } else {
      acknowledge.run();
    }
  }

  /** Starts nothing more, but for what stood in windows, which was acknowledged. */
  void drain() {
    draining = true;
  }

  boolean isIdle() {
    return atWork == 0 && (startsNoMore() || queue.isEmpty());
  }

  /** Batches that wait. */
  int queued() {
    return queue.size();
  }

  /** Batches that are asked about or published. */
  int atWork() {
    return atWork;
  }

  /** Takes one in; where there is no room, one is dropped. */
  void add(Batch batch) {
    queue.add(batch).ifPresent(dropped -> drop(dropped, "overflow"));
    pump();
  }

  private boolean startsNoMore() {
    return draining && config.window().isEmpty();
  }

  private void pump() {
    if (pumping) {
      return;
    }
    pumping = true;
    while (!startsNoMore() && !retrying && atWork < mostAtWork) {
      Optional<Batch> next = queue.next();
      if (next.isEmpty()) {
        break;
      }
      atWork++;
      start(next.get());
    }
    while (!heldBack.isEmpty() && !queue.isFull()) {
      heldBack.remove().run();
    }
    pumping = false;
  }

  private void start(Batch batch) {
    try {
      if (requests.isPresent() && config.work().isPresent()) {
        ask(batch, requests.get().write(batch), config.work().get());
      } else {
        publish(batch, outputs.write(batch, Optional.empty()), Map.of());
      }
    } catch (RouteFailure e) {
      ended();
      fail(batch, e, RouteVoice.lastPayload(batch));
    }
  }

  private void ask(Batch batch, RequestBody body, RouteConfig.Work work) {
    IncomingRequest request =
        new IncomingRequest(
            "route/%s/%d".formatted(config.name(), asked++),
            work.task(),
            work.slot(),
            Optional.empty(),
            body,
            false,
            work.timeout().map(limit -> System.nanoTime() + limit.toNanos()),
            false,
            Turn.normal("route/" + config.name()));
    handler.dispatch(request, new Asked(batch, body));
  }

  /** Takes a model's answer. */
  private final class Asked implements Responder {

    private final Batch batch;
    private final RequestBody body;

    Asked(Batch batch, RequestBody body) {
      this.batch = batch;
      this.body = body;
    }

    @Override
    public void chunk(int index, String text) {}

    @Override
    public void answer(Answer answer) {
      try {
        Publication output = outputs.write(batch, Optional.of(answer));
        publish(batch, output, voice.isWatched() ? Map.of("request", body.fields()) : Map.of());
      } catch (RouteFailure e) {
        ended();
        RouteWork.this.fail(batch, e, RouteVoice.lastPayload(batch));
      }
    }

    @Override
    public void fail(TaskException error) {
      ended();
      if (error.code() == ErrorCode.BUSY || error.code() == ErrorCode.TOO_HOT) {
        again(batch, error);
      } else if (error.code() != ErrorCode.DRAINING) {
        RouteWork.this.fail(
            batch,
            new RouteFailure(error.code().wireName(), error.text(), error),
            RouteVoice.lastPayload(batch));
      }
    }
  }

  /** The slot is full, or the device too hot: this one waits at the head of the queue. */
  private void again(Batch batch, TaskException busy) {
    queue.back(batch);
    retrying = true;
    long delay = busy.retryAfter().map(Duration::toMillis).orElse(FIRST_RETRY_MS);
    context
        .owner()
        .setTimer(
            Math.max(1, delay),
            id ->
                context.runOnContext(
                    nothing -> {
                      retrying = false;
                      pump();
                    }));
  }

  private void publish(Batch batch, Publication output, Map<String, ?> details) {
    publisher
        .publish(output)
        .onSuccess(taken -> taken(batch, output, taken, details))
        .onFailure(
            e -> taken(batch, output, new Publisher.Taken.Dropped(String.valueOf(e)), details));
  }

  private void taken(
      Batch batch, Publication output, Publisher.Taken taken, Map<String, ?> details) {
    atWork--;
    if (taken instanceof Publisher.Taken.Dropped dropped) {
      fail(
          batch,
          new RouteFailure(
              "not_published",
              "the result for \"%s\" is lost: %s".formatted(output.topic(), dropped.reason())),
          RouteVoice.lastPayload(batch));
    } else {
      counters.out(batch.size());
      batch.acknowledge();
      voice.out(batch, output, details);
    }
    pump();
  }

  /** Without a publication; the caller may stand in the midst of {@link #pump}. */
  private void ended() {
    atWork--;
    context.runOnContext(nothing -> pump());
  }

  /** Ends messages that are not wanted. */
  void drop(Batch batch, String why) {
    counters.dropped(why, batch.size());
    batch.acknowledge();
    voice.tell("dropped", batch.last(), () -> Map.of("why", why));
  }

  /** Ends messages that cannot go on. */
  void fail(Batch batch, RouteFailure failure, String payload) {
    counters.error(failure.code(), batch.size());
    voice.failed(batch, failure, payload);
  }
}
