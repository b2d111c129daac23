package dev.bantam.simulator.run;

import dev.bantam.simulator.client.ClientOptions;
import dev.bantam.simulator.client.TaskClientException;
import dev.bantam.simulator.scenario.Expectations;
import dev.bantam.simulator.scenario.Scenario;
import dev.bantam.simulator.schedule.Event;
import dev.bantam.simulator.schedule.Publication;
import dev.bantam.simulator.schedule.Request;
import dev.bantam.simulator.schedule.Wish;
import dev.bantam.simulator.swap.Swaps;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
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
  private final Swaps swaps;

  /**
   * An event and when it is to happen.
   *
   * @param dueNanos by {@code System.nanoTime}
   */
  record Due(Event event, long dueNanos) {}

  private Fleet(Context context, Askers askers, Observer observer, Swaps swaps) {
    this.context = context;
    this.askers = askers;
    this.observer = observer;
    this.swaps = swaps;
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
    Swaps swaps =
        new Swaps(
            vertx,
            stage.broker(),
            scenario,
            stage.onlyDevice().or(options::device),
            prefix,
            () -> ProcessMemory.own(options.processes().get()));
    Askers askers = new Askers(vertx, stage, scenario, options, prefix, swaps);
    Fleet fleet = new Fleet(vertx.getOrCreateContext(), askers, observer, swaps);
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
                                failure instanceof TaskClientException
                                    ? failure
                                    : new TaskClientException(
                                        "cannot connect to the broker at %s: %s"
                                            .formatted(
                                                stage.ofSensors(), ClientOptions.reason(failure)),
                                        failure))));
  }

  private Future<Void> connectOthers() {
    return observer.connect().compose(done -> askers.connect()).compose(done -> swaps.connect());
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
    } else if (due.event() instanceof Wish wish) {
      swaps.wish(wish);
    }
  }

  private SensorConnection connection(Publication publication) {
    return connections.get(Math.floorMod(publication.sourceNumber(), connections.size()));
  }

  /** The context that all of it is confined to. */
  Context context() {
    return context;
  }

  /** What became of all messages so far, on the context. */
  MessageCounts sumOfMessages() {
    return connections.stream()
        .map(SensorConnection::counts)
        .reduce(new MessageCounts(0, 0, 0, 0, 0), MessageCounts::plus);
  }

  /**
   * How far the run is.
   *
   * @param preparing what is done before it begins; empty once it has
   */
  Future<RunProgress> progress(Duration played, Duration duration, Optional<String> preparing) {
    return onContext(
        () ->
            Future.succeededFuture(
                new RunProgress(
                    played,
                    duration,
                    sumOfMessages(),
                    askers.total(),
                    lag.figures(),
                    swaps.progress(),
                    preparing)));
  }

  /** Likewise, what swaps are, on the context. */
  Swaps swaps() {
    return swaps;
  }

  /**
   * Asks each version of the models that are swapped what answers are compared with.
   *
   * @param say is told what is being done
   * @return fails with a {@link TaskClientException} that says why that is not possible
   */
  Future<Void> prepare(Consumer<String> say) {
    return onContext(() -> swaps.askReferences(say));
  }

  /** Those that ask, on the context. */
  Askers askers() {
    return askers;
  }

  /** Of what went out since this was last called, on the context. */
  LagFigures recentLag() {
    return lag.recentFigures();
  }

  /**
   * Lets applications begin that ask as soon as they are answered.
   *
   * @param nanos what times count from, by {@code System.nanoTime}
   * @param speed seconds of the scenario in a second
   */
  Future<Void> start(long nanos, double speed) {
    return onContext(
        () -> {
          observer.start(nanos);
          askers.start();
          swaps.start(nanos, speed);
          return Future.succeededFuture();
        });
  }

  /** Whether there are applications and all of them have asked what they may, and been answered. */
  boolean isFinished() {
    return swaps.isEmpty() && askers.isFinished();
  }

  /** Whether there are swaps, and all that has an end of its own has come to it. */
  boolean isSwapped() {
    return swaps.isFinished() && askers.areLimitedFinished();
  }

  /**
   * Lets no application ask any more but those whose turn is still to come, and no slot get another
   * model. Completes when every request and swap has ended.
   */
  Future<Void> drain() {
    return onContext(() -> Future.join(askers.drain(), swaps.drain()).mapEmpty());
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

  /** What it comes to so far. */
  Future<Tally> tally() {
    return onContext(
        () ->
            Future.succeededFuture(
                new Tally(
                    sumOfMessages(),
                    askers.reports(),
                    askers.latency(),
                    lag.figures(),
                    observer.detections(),
                    observer.orders(),
                    observer.events(),
                    swaps.report())));
  }

  /** What devices have said of themselves so far. */
  Future<List<Mark>> marks() {
    return onContext(() -> Future.succeededFuture(observer.marks()));
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
              all.add(swaps.close());
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
