package dev.bantam.simulator.run;

import dev.bantam.simulator.app.ApplicationReport;
import dev.bantam.simulator.app.Latencies;
import dev.bantam.simulator.client.ClientOptions;
import dev.bantam.simulator.client.TaskClientException;
import dev.bantam.simulator.scenario.DetectionSpec;
import dev.bantam.simulator.scenario.Expectations;
import dev.bantam.simulator.scenario.Scenario;
import dev.bantam.simulator.schedule.Event;
import dev.bantam.simulator.schedule.Publication;
import dev.bantam.simulator.schedule.Request;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * All connections of a run: those of sensors, and applications. A source's messages always take the
 * same connection, so that they stay in their order. The methods may be called by any thread.
 */
final class Fleet {

  /** Messages between the thread that makes them and the one that sends them. */
  private static final int MAX_HANDED_OVER = 20_000;

  private final Context context;
  private final List<SensorConnection> connections = new ArrayList<>();
  private final Semaphore handOver = new Semaphore(MAX_HANDED_OVER);
  private final Lag lag = new Lag();
  private final Askers askers;
  private final Observer observer;

  /**
   * An event and when it is to happen.
   *
   * @param dueNanos by {@code System.nanoTime}
   */
  record Due(Event event, long dueNanos) {}

  private Fleet(Context context, Askers askers, Observer observer) {
    this.context = context;
    this.askers = askers;
    this.observer = observer;
  }

  /**
   * Connects.
   *
   * @return fails with a {@link TaskClientException} that says what to do
   */
  static Future<Fleet> connect(Vertx vertx, Stage stage, Scenario scenario, RunOptions options) {
    String prefix = "sim-" + scenario.name() + "-" + ProcessHandle.current().pid();
    Observer observer =
        new Observer(
            vertx,
            stage.broker(),
            prefix + "-watch",
            scenario.expectations().orElse(Expectations.NONE));
    Askers askers = new Askers(vertx, stage, scenario, options, prefix);
    Fleet fleet = new Fleet(vertx.getOrCreateContext(), askers, observer);
    for (int i = 0; i < scenario.connections(); i++) {
      fleet.connections.add(new SensorConnection(vertx, stage.ofSensors(), prefix + "-" + i));
    }
    return fleet
        .onContext(() -> fleet.connectFrom(0).compose(done -> fleet.connectOthers()))
        .map(fleet)
        .recover(
            failure ->
                fleet
                    .finish(0)
                    .transform(
                        done ->
                            Future.<Fleet>failedFuture(
                                new TaskClientException(
                                    "cannot connect to the broker at %s: %s"
                                        .formatted(
                                            stage.ofSensors(), ClientOptions.reason(failure)),
                                    failure))));
  }

  private Future<Void> connectOthers() {
    return observer.connect().compose(done -> askers.connect());
  }

  /** Some at a time: a broker's backlog of connections is not endless. */
  private Future<Void> connectFrom(int first) {
    if (first >= connections.size()) {
      return Future.succeededFuture();
    }
    int end = Math.min(connections.size(), first + 50);
    return Future.all(
            connections.subList(first, end).stream().map(SensorConnection::connect).toList())
        .compose(done -> connectFrom(end));
  }

  /** Does what is due. Waits where the sending thread is too far behind. */
  void perform(List<Due> batch) throws InterruptedException {
    handOver.acquire(batch.size());
    List<Due> messages = List.copyOf(batch);
    context.runOnContext(
        nothing -> {
          messages.forEach(this::happen);
          handOver.release(messages.size());
        });
  }

  private void happen(Due due) {
    lag.add(System.nanoTime() - due.dueNanos());
    if (due.event() instanceof Publication publication) {
      connection(publication).publish(publication);
    } else if (due.event() instanceof Request request) {
      askers.ask(request, due.dueNanos());
    }
  }

  private SensorConnection connection(Publication publication) {
    return connections.get(Math.floorMod(publication.sourceNumber(), connections.size()));
  }

  /** What became of all messages so far. */
  Future<MessageCounts> counts() {
    return onContext(() -> Future.succeededFuture(sumOfMessages()));
  }

  /** The context that all of it is confined to. */
  Context context() {
    return context;
  }

  /** Likewise, on the context. */
  MessageCounts sumOfMessages() {
    return connections.stream()
        .map(SensorConnection::counts)
        .reduce(new MessageCounts(0, 0, 0, 0, 0), MessageCounts::plus);
  }

  /** How far the run is. */
  Future<RunProgress> progress(Duration played, Duration duration) {
    return onContext(
        () ->
            Future.succeededFuture(
                new RunProgress(played, duration, sumOfMessages(), askers.total(), lag.figures())));
  }

  /** Those that ask, on the context. */
  Askers askers() {
    return askers;
  }

  /** Of what went out since this was last called, on the context. */
  LagFigures recentLag() {
    return lag.recentFigures();
  }

  /** How late messages went out so far. */
  Future<LagFigures> lag() {
    return onContext(() -> Future.succeededFuture(lag.figures()));
  }

  /**
   * Lets applications begin that ask as soon as they are answered.
   *
   * @param nanos what times count from, by {@code System.nanoTime}
   */
  Future<Void> start(long nanos) {
    return onContext(
        () -> {
          observer.start(nanos);
          askers.start();
          return Future.succeededFuture();
        });
  }

  /** Whether there are applications and all of them have asked what they may, and been answered. */
  boolean isFinished() {
    return askers.isFinished();
  }

  /**
   * Lets no application ask any more but those whose turn is still to come. Completes when every
   * request has ended.
   */
  Future<Void> drain() {
    return onContext(askers::drain);
  }

  /** What still waits for its turn is not asked any more. */
  void forgetTurns() {
    context.runOnContext(nothing -> askers.forgetTurns());
  }

  /**
   * The tasks that a device serves, as its retained status says.
   *
   * @return empty if it does not say within a moment
   */
  Future<Set<String>> tasksOf(String device) {
    return onContext(() -> observer.tasksOf(device));
  }

  /** What devices have said of themselves so far. */
  Future<List<Mark>> marks() {
    return onContext(() -> Future.succeededFuture(observer.marks()));
  }

  /** What anomalies have been found so far. */
  Future<Map<DetectionSpec, List<Detection>>> detections() {
    return onContext(() -> Future.succeededFuture(observer.detections()));
  }

  /** Whether messages came in their order so far. */
  Future<List<OrderReport>> orders() {
    return onContext(() -> Future.succeededFuture(observer.orders()));
  }

  /** What became of the applications' requests so far. */
  Future<List<ApplicationReport>> reports() {
    return onContext(() -> Future.succeededFuture(askers.reports()));
  }

  /** How long the answered requests of all applications took. */
  Future<Latencies.Figures> latency() {
    return onContext(() -> Future.succeededFuture(askers.latency()));
  }

  /**
   * Counts requests that still wait as lost, waits a while for acknowledgements, then disconnects.
   * Completes in any case.
   */
  Future<Void> finish(long graceMillis) {
    return onContext(
            () -> {
              List<Future<Void>> all = new ArrayList<>();
              all.add(askers.close());
              connections.forEach(each -> all.add(each.finish(graceMillis)));
              all.add(observer.close());
              return Future.join(all);
            })
        .transform(done -> Future.<Void>succeededFuture());
  }

  private <T> Future<T> onContext(Supplier<Future<T>> work) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(nothing -> work.get().onComplete(promise));
    return promise.future();
  }
}
