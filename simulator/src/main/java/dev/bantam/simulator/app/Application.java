package dev.bantam.simulator.app;

import dev.bantam.simulator.client.BrokerAccess;
import dev.bantam.simulator.scenario.ApplicationSpec;
import dev.bantam.simulator.scenario.ApplicationSpec.Loop;
import dev.bantam.simulator.scenario.Scenario;
import dev.bantam.simulator.schedule.Request;
import dev.bantam.simulator.schedule.Request.Kind;
import dev.bantam.simulator.schedule.RequestDrawer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One application: asks when its loop or the schedule says so, cancels what is to be cancelled,
 * gives up what it has no patience for any more. Confined to one Vert.x context, but for what says
 * otherwise.
 */
public final class Application {

  private final Vertx vertx;
  private final ApplicationSpec spec;
  private final RequestDrawer drawer;
  private final Ledger ledger;
  private final List<RpcConnection> connections = new ArrayList<>();
  private final Promise<Void> drained = Promise.promise();
  private boolean stopped;
  private boolean exhausted;
  private volatile boolean finished;

  /**
   * Not connected yet.
   *
   * @param addresses of whom it asks
   * @param prefix of its clients' identifiers
   */
  public Application(
      Vertx vertx,
      BrokerAccess broker,
      Scenario scenario,
      ApplicationSpec spec,
      Addresses addresses,
      String prefix) {
    this.vertx = vertx;
    this.spec = spec;
    this.drawer = new RequestDrawer(scenario, spec);
    this.ledger = new Ledger(spec.deadline());
    for (int i = 0; i < spec.clients(); i++) {
      String clientId = prefix + "-" + spec.id() + "-" + i;
      connections.add(new RpcConnection(vertx, broker, spec, addresses, clientId, ledger));
    }
  }

  /** Tells somebody of its requests from now on. */
  public void follow(RequestListener listener) {
    ledger.follow(listener);
  }

  /** Tells somebody of each answer from now on. */
  public void watch(AnswerWatch watch) {
    ledger.watch(watch);
  }

  /** Connects all its clients. */
  public Future<Void> connect() {
    return Future.all(connections.stream().map(RpcConnection::connect).toList()).mapEmpty();
  }

  /** Begins to ask, if it is an answer that makes it ask again. */
  public void start() {
    if (spec.loop() instanceof Loop.Closed closed) {
      for (int i = 0; i < closed.concurrency(); i++) {
        askAgain(closed);
      }
    }
  }

  private void askAgain(Loop.Closed loop) {
    Optional<Request> request = stopped ? Optional.empty() : drawer.next(0);
    if (request.isEmpty()) {
      exhausted = true;
      completeIfDrained();
      return;
    }
    long think = loop.think().toMillis();
    ask(request.get(), System.nanoTime())
        .onComplete(
            ended -> {
              if (think == 0) {
                vertx.runOnContext(nothing -> askAgain(loop));
              } else {
                vertx.setTimer(think, fired -> askAgain(loop));
              }
            });
  }

  /**
   * Sends a request.
   *
   * @param fromNanos what its latency is counted from, by {@code System.nanoTime}
   * @return completes when it has ended, however
   */
  public Future<Void> ask(Request request, long fromNanos) {
    RpcConnection connection = connections.get(request.number() % connections.size());
    Future<Void> ended = ledger.enter(request, fromNanos);
    long patience =
        vertx.setTimer(spec.patience().toMillis(), fired -> ledger.giveUp(request.key()));
    ended.onComplete(
        nothing -> {
          vertx.cancelTimer(patience);
          completeIfDrained();
        });
    connection.ask(request);
    spec.again().ifPresent(interval -> askAgainEvery(interval, connection, request, ended));
    if (request.kind() == Kind.CANCELLED) {
      vertx.setTimer(
          Math.max(1, spec.odd().cancelAfter().toMillis()), fired -> connection.cancel(request));
    }
    return ended;
  }

  private void askAgainEvery(
      Duration interval, RpcConnection connection, Request request, Future<Void> ended) {
    long timer =
        vertx.setPeriodic(Math.max(1, interval.toMillis()), fired -> connection.askAgain(request));
    ended.onComplete(nothing -> vertx.cancelTimer(timer));
  }

  /**
   * Asks nothing more.
   *
   * @return completes when every request has ended
   */
  public Future<Void> stop() {
    stopped = true;
    completeIfDrained();
    return drained.future();
  }

  private void completeIfDrained() {
    if (ledger.total().waiting() == 0) {
      finished = exhausted;
      if (stopped) {
        drained.tryComplete();
      }
    }
  }

  /** Whether it is to ask a number of requests and then no more, as fast as it is answered. */
  public boolean isLimited() {
    return spec.loop() instanceof Loop.Closed && spec.requests().isPresent();
  }

  /** Whether a closed loop has asked all that it may and every request has ended. Any thread. */
  public boolean isFinished() {
    return finished;
  }

  /** Counts what still waits as lost, and says goodbye. Completes in any case. */
  public Future<Void> close() {
    stopped = true;
    ledger.giveUpAll();
    return Future.join(connections.stream().map(RpcConnection::close).toList())
        .transform(done -> Future.succeededFuture());
  }

  /** What it comes to so far. */
  public ApplicationReport report() {
    return ledger.report(spec.id());
  }

  /** What became of its requests so far. */
  public RequestCounts total() {
    return ledger.total();
  }

  /** Adds the latencies of its answered requests to others. */
  public void addLatenciesTo(Latencies all) {
    all.addAll(ledger.latencies());
  }

  /** Adds the latencies of those that were answered since this was last called to others. */
  public void addRecentLatenciesTo(Latencies all) {
    all.addRecent(ledger.latencies());
  }
}
