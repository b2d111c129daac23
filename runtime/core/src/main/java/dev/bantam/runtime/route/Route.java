package dev.bantam.runtime.route;

import dev.bantam.runtime.config.OutputTopics;
import dev.bantam.runtime.config.RouteConfig;
import dev.bantam.runtime.config.RouteConfig.Overflow;
import dev.bantam.runtime.config.RouteConfig.Window;
import dev.bantam.runtime.config.TopicPattern;
import dev.bantam.runtime.dispatch.Answer;
import dev.bantam.runtime.dispatch.IncomingRequest;
import dev.bantam.runtime.dispatch.RequestHandler;
import dev.bantam.runtime.dispatch.Responder;
import dev.bantam.runtime.mqtt.InboundMessage;
import dev.bantam.runtime.mqtt.MessageFeed;
import dev.bantam.runtime.mqtt.Publication;
import dev.bantam.runtime.mqtt.Publisher;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.RequestBody;
import dev.bantam.spi.TaskException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One route at work. A message at QoS 1 is acknowledged once its output was taken, or it was
 * dropped, filtered or refused and counted so; one that stands in a window at once, unless there is
 * back-pressure and the queue is full.
 */
final class Route implements MessageFeed {

  /** Publications that the broker has not acknowledged, where no model sets the pace. */
  private static final int MOST_UNTAKEN = 500;

  private static final int LEAST_RECEIVE_MAXIMUM = 1_000;
  private static final long FIRST_RETRY_MS = 100;

  private final Context context;
  private final RouteConfig config;
  private final RequestHandler handler;
  private final PayloadReader reader;
  private final Sieve sieve;
  private final RouteQueue queue;
  private final Optional<RequestWriter> requests;
  private final OutputWriter outputs;
  private final RouteTrace trace;
  private final RouteCounters counters = new RouteCounters();
  private final Deque<Runnable> heldBack = new ArrayDeque<>();
  private final int mostAtWork;
  private Publisher publisher = message -> Future.failedFuture("not started");
  private RouteVoice voice;
  private int atWork;
  private long asked;
  private boolean pumping;
  private boolean retrying;
  private boolean draining;

  Route(
      Context context,
      RouteConfig config,
      String device,
      OutputTopics allowed,
      RequestHandler handler,
      Clock clock) {
    Variables variables = new Variables(config, device);
    this.context = context;
    this.config = config;
    this.handler = handler;
    this.reader = new PayloadReader(config);
    this.sieve = new Sieve(config, variables, clock);
    this.queue = new RouteQueue(config.queue(), config.overflow());
    this.requests = config.work().map(work -> new RequestWriter(work, variables, clock));
    this.outputs = new OutputWriter(config, variables, allowed, clock);
    this.trace = new RouteTrace(config.name(), RouteTopics.trace(device, config.name()));
    this.voice = new RouteVoice(config.name(), outputs, trace, publisher);
    this.mostAtWork = config.work().map(RouteConfig.Work::parallel).orElse(MOST_UNTAKEN);
  }

  @Override
  public String name() {
    return "route-" + config.name();
  }

  @Override
  public List<String> filters() {
    return config.from().stream().map(TopicPattern::filter).toList();
  }

  @Override
  public int receiveMaximum() {
    return config.overflow() == Overflow.BACK_PRESSURE
        ? config.queue() + config.work().map(RouteConfig.Work::parallel).orElse(1)
        : Math.max(LEAST_RECEIVE_MAXIMUM, 2 * config.queue());
  }

  @Override
  public void started(Publisher connection) {
    publisher = connection;
    voice = new RouteVoice(config.name(), outputs, trace, connection);
    config
        .window()
        .flatMap(Route::shortest)
        .ifPresent(
            time ->
                context
                    .owner()
                    .setPeriodic(
                        Math.max(10, Math.min(250, time.toMillis() / 10)),
                        id -> context.runOnContext(nothing -> closeWindows())));
  }

  private static Optional<Duration> shortest(Window window) {
    return Stream.concat(window.time().stream(), window.quiet().stream()).min(Duration::compareTo);
  }

  @Override
  public void overflowed(String topic) {
    counters.overflowed();
  }

  @Override
  public void message(InboundMessage arrived, Runnable acknowledge) {
    if (draining) {
      return;
    }
    counters.arrived();
    long nowMillis = System.currentTimeMillis();
    int hops = Hops.of(arrived.userProperties());
    try {
      if (hops >= Hops.MOST) {
        throw new RouteFailure(
            "loop", "the message came through %d routes; it goes in a circle".formatted(hops));
      }
      RouteMessage message =
          reader.read(arrived.topic(), arrived.payload(), hops, nowMillis, acknowledge);
      judge(message);
    } catch (RouteFailure e) {
      RouteMessage unread =
          new RouteMessage(
              arrived.topic(),
              reader.levels(arrived.topic()),
              null,
              Double.NaN,
              "",
              nowMillis,
              hops,
              acknowledge);
      fail(new Batch(List.of(unread)), e, RouteVoice.shown(arrived.payload()));
    }
  }

  private void judge(RouteMessage message) throws RouteFailure {
    Sieve.Verdict verdict = sieve.add(message, System.nanoTime());
    for (Batch forgotten : sieve.takeEvicted()) {
      drop(forgotten, "evicted");
    }
    if (verdict instanceof Sieve.Verdict.Filtered filtered) {
      counters.filtered(filtered.by());
      message.acknowledge().run();
      voice.tell("filtered", message, () -> Map.of("by", filtered.by()));
    } else if (verdict instanceof Sieve.Verdict.InWindow in) {
      acknowledgeInWindow(message);
      voice.tell("window", message, () -> Map.of("messages", in.messages()));
    } else if (verdict instanceof Sieve.Verdict.Ready ready) {
      enqueue(ready.batch());
    }
  }

  /** A window may wait for longer than the broker keeps sending without an acknowledgement. */
  private void acknowledgeInWindow(RouteMessage message) {
    if (config.overflow() == Overflow.BACK_PRESSURE && queue.isFull()) {
      heldBack.add(message.acknowledge());
    } else {
      message.acknowledge().run();
    }
  }

  private void closeWindows() {
    if (!draining) {
      sieve.due(System.nanoTime()).forEach(this::enqueue);
    }
  }

  private void enqueue(Batch batch) {
    queue.add(batch).ifPresent(dropped -> drop(dropped, "overflow"));
    pump();
  }

  private void pump() {
    boolean stopped = draining && config.window().isEmpty();
    if (pumping) {
      return;
    }
    pumping = true;
    while (!stopped && !retrying && atWork < mostAtWork) {
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
            false);
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
        Route.this.fail(batch, e, RouteVoice.lastPayload(batch));
      }
    }

    @Override
    public void fail(TaskException error) {
      ended();
      if (error.code() == ErrorCode.BUSY || error.code() == ErrorCode.TOO_HOT) {
        again(batch, error);
      } else if (error.code() != ErrorCode.DRAINING) {
        Route.this.fail(
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

  private void drop(Batch batch, String why) {
    counters.dropped(why, batch.size());
    batch.acknowledge();
    voice.tell("dropped", batch.last(), () -> Map.of("why", why));
  }

  private void fail(Batch batch, RouteFailure failure, String payload) {
    counters.error(failure.code(), batch.size());
    voice.failed(batch, failure, payload);
  }

  /** Windows end here, for what stands in them was acknowledged. */
  @Override
  public void drain() {
    draining = true;
    sieve.flush().forEach(this::enqueue);
  }

  @Override
  public boolean idle() {
    return atWork == 0 && (config.window().isEmpty() || queue.isEmpty());
  }

  /** Tells traces for so long. */
  void watch(Duration time) {
    trace.watch(time);
  }

  String routeName() {
    return config.name();
  }

  /** Messages that it has dropped. */
  long dropped() {
    return counters.dropped();
  }

  /** What became of its messages so far. */
  Map<String, Object> stats() {
    Map<String, Object> fields = counters.fields();
    fields.put("queued", queue.size());
    fields.put("at_work", atWork);
    fields.put("keys", sieve.keys());
    fields.put("evicted_keys", sieve.evictions());
    return fields;
  }
}
