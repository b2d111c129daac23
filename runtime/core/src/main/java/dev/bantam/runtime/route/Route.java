package dev.bantam.runtime.route;

import dev.bantam.runtime.config.OutputTopics;
import dev.bantam.runtime.config.RouteConfig;
import dev.bantam.runtime.config.RouteConfig.Overflow;
import dev.bantam.runtime.config.RouteConfig.Window;
import dev.bantam.runtime.config.TopicPattern;
import dev.bantam.runtime.dispatch.RequestHandler;
import dev.bantam.runtime.mqtt.InboundMessage;
import dev.bantam.runtime.mqtt.MessageFeed;
import dev.bantam.runtime.mqtt.Publisher;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
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

  private static final int LEAST_RECEIVE_MAXIMUM = 1_000;

  private final Context context;
  private final RouteConfig config;
  private final PayloadReader reader;
  private final Sieve sieve;
  private final OutputWriter outputs;
  private final RouteTrace trace;
  private final RouteCounters counters = new RouteCounters();
  private final RouteWork work;
  private RouteVoice voice;
  private boolean ending;
  private long timer = -1;

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
    this.reader = new PayloadReader(config);
    this.sieve = new Sieve(config, variables, clock);
    this.outputs = new OutputWriter(config, variables, allowed, clock);
    this.trace = new RouteTrace(config.name(), RouteTopics.trace(device, config.name()));
    Publisher nobody = message -> Future.failedFuture("not started");
    this.voice = new RouteVoice(config.name(), outputs, trace, nobody);
    this.work =
        new RouteWork(
            context,
            config,
            config.work().map(asking -> new RequestWriter(asking, variables, clock)),
            handler,
            outputs,
            counters);
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
    voice = new RouteVoice(config.name(), outputs, trace, connection);
    work.started(connection, voice);
    config
        .window()
        .flatMap(Route::shortest)
        .ifPresent(
            time ->
                timer =
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
    if (ending) {
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
      work.fail(new Batch(List.of(unread)), e, RouteVoice.shown(arrived.payload()));
    }
  }

  private void judge(RouteMessage message) throws RouteFailure {
    Sieve.Verdict verdict = sieve.add(message, System.nanoTime());
    for (Batch forgotten : sieve.takeEvicted()) {
      work.drop(forgotten, "evicted");
    }
    if (verdict instanceof Sieve.Verdict.Filtered filtered) {
      counters.filtered(filtered.by());
      message.acknowledge().run();
      voice.tell("filtered", message, () -> Map.of("by", filtered.by()));
    } else if (verdict instanceof Sieve.Verdict.InWindow in) {
      work.acknowledgeInWindow(message.acknowledge());
      voice.tell("window", message, () -> Map.of("messages", in.messages()));
    } else if (verdict instanceof Sieve.Verdict.Ready ready) {
      work.add(ready.batch());
    }
  }

  private void closeWindows() {
    sieve.due(System.nanoTime()).forEach(work::add);
  }

  /** Windows end here, for what stands in them was acknowledged. */
  @Override
  public void drain() {
    work.drain();
    endWindows();
  }

  private void endWindows() {
    ending = true;
    context.owner().cancelTimer(timer);
    sieve.flush().forEach(work::add);
  }

  /** Windows end here, for the next route knows nothing of them. */
  @Override
  public void retire() {
    endWindows();
  }

  @Override
  public boolean idle() {
    return work.isIdle();
  }

  /** Tells traces for so long. */
  void watch(Duration time) {
    trace.watch(time);
  }

  RouteConfig config() {
    return config;
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
    fields.put("queued", work.queued());
    fields.put("at_work", work.atWork());
    fields.put("keys", sieve.keys());
    fields.put("evicted_keys", sieve.evictions());
    return fields;
  }
}
