package dev.bantam.simulator.run;

import dev.bantam.simulator.app.Addresses;
import dev.bantam.simulator.app.AnswerWatch;
import dev.bantam.simulator.app.Application;
import dev.bantam.simulator.app.ApplicationReport;
import dev.bantam.simulator.app.Latencies;
import dev.bantam.simulator.app.RequestCounts;
import dev.bantam.simulator.scenario.ApplicationSpec;
import dev.bantam.simulator.scenario.Scenario;
import dev.bantam.simulator.schedule.Request;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All that ask a device: the applications, and sensors that ask about their messages. Confined to
 * one Vert.x context, but for what says otherwise.
 */
final class Askers {

  private final Map<String, Application> applications = new LinkedHashMap<>();
  private final Set<String> inTurn;
  private final Turns turns = new Turns();

  /**
   * Not connected yet.
   *
   * @param prefix of their clients' identifiers
   * @param watch is told of each answer
   */
  Askers(
      Vertx vertx,
      Stage stage,
      Scenario scenario,
      RunOptions options,
      String prefix,
      AnswerWatch watch) {
    this.inTurn = scenario.inTurn();
    for (ApplicationSpec spec : scenario.askers()) {
      Application application =
          new Application(
              vertx,
              stage.ofApplication(spec.id()),
              scenario,
              spec,
              Addresses.of(spec, stage.onlyDevice().or(options::device)),
              prefix);
      options.listener().ifPresent(application::follow);
      application.watch(watch);
      applications.put(spec.id(), application);
    }
  }

  Future<Void> connect() {
    return Future.all(applications.values().stream().map(Application::connect).toList()).mapEmpty();
  }

  /** Lets those begin that ask as soon as they are answered. */
  void start() {
    applications.values().forEach(Application::start);
  }

  /**
   * Sends a request, now or when its turn comes.
   *
   * @param dueNanos when it was to be sent, by {@code System.nanoTime}
   */
  void ask(Request request, long dueNanos) {
    Application application = applications.get(request.application());
    if (application == null) {
      return;
    }
    if (inTurn.contains(request.application())) {
      String asker = request.about().map(Request.Measured::sensor).orElse(request.application());
      turns.take(asker, () -> application.ask(request, System.nanoTime()));
    } else {
      application.ask(request, dueNanos);
    }
  }

  /**
   * Whether there are some and all of them have asked what they may, and been answered. Any thread.
   */
  boolean isFinished() {
    return !applications.isEmpty()
        && applications.values().stream().allMatch(Application::isFinished);
  }

  /** Whether those have that are to ask a number of requests as they are answered. Any thread. */
  boolean areLimitedFinished() {
    return applications.values().stream()
        .filter(Application::isLimited)
        .allMatch(Application::isFinished);
  }

  /**
   * Lets nobody ask any more but those whose turn is still to come. Completes when every request
   * has ended.
   */
  Future<Void> drain() {
    return turns
        .over()
        .compose(
            over -> Future.join(applications.values().stream().map(Application::stop).toList()))
        .mapEmpty();
  }

  /** What still waits for its turn is not asked any more. */
  void forgetTurns() {
    turns.forget();
  }

  RequestCounts total() {
    return applications.values().stream()
        .map(Application::total)
        .reduce(RequestCounts.NONE, RequestCounts::plus);
  }

  List<ApplicationReport> reports() {
    return applications.values().stream().map(Application::report).toList();
  }

  /** How long the answered requests of all of them took. */
  Latencies.Figures latency() {
    Latencies all = new Latencies();
    applications.values().forEach(application -> application.addLatenciesTo(all));
    return all.figures();
  }

  /** Likewise of those that were answered since this was last called. */
  Latencies.Figures recentLatency() {
    Latencies recent = new Latencies();
    applications.values().forEach(application -> application.addRecentLatenciesTo(recent));
    return recent.figures();
  }

  /** Counts what still waits as lost, and says goodbye. Completes in any case. */
  Future<Void> close() {
    return Future.join(applications.values().stream().map(Application::close).toList()).mapEmpty();
  }
}
