package dev.bantam.simulator.swap;

import dev.bantam.simulator.app.Latencies;
import dev.bantam.simulator.scenario.ApplicationSpec.Loop;
import dev.bantam.simulator.scenario.Scenario;
import dev.bantam.simulator.scenario.SwapSpec;
import dev.bantam.simulator.signal.Seed;
import dev.bantam.simulator.swap.Controller.Ended;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiConsumer;

/** The swaps of one device's slot. */
final class SlotSwaps {

  private static final int MOST_PROBLEMS = 10;
  private static final double NANOS_PER_MS = 1e6;

  private final Vertx vertx;
  private final SwapSpec spec;
  private final Slot slot;
  private final List<Controller> controllers;
  private final String run;
  private final Random random;
  private final BiConsumer<SwapResult, String> whenEnded;
  private final Map<SwapResult, Long> results = new EnumMap<>(SwapResult.class);
  private final Latencies outcomes = new Latencies();
  private final Latencies firstAnswers = new Latencies();
  private final List<Attempt> unanswered = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final Promise<Void> drained = Promise.promise();
  private int asked;
  private int ended;
  private boolean stopped;

  /** A swap, whose version may not have answered yet. */
  private static final class Attempt {
    final String model;
    final long askedNanos = System.nanoTime();
    boolean successful;
    long firstNanos = -1;

    Attempt(String model) {
      this.model = model;
    }
  }

  /**
   * Before the first swap.
   *
   * @param run what names the run, in the wishes' deployment ids
   * @param whenEnded is told the result and the model of each
   */
  SlotSwaps(
      Vertx vertx,
      Scenario scenario,
      SwapSpec spec,
      List<Controller> controllers,
      String run,
      BiConsumer<SwapResult, String> whenEnded) {
    this.vertx = vertx;
    this.spec = spec;
    this.slot = controllers.get(0).slot();
    this.controllers = List.copyOf(controllers);
    this.run = run;
    this.random = new Seed(scenario.seed()).of("pauses").of(spec.id()).of(slot.device()).random();
    this.whenEnded = whenEnded;
  }

  SwapSpec spec() {
    return spec;
  }

  Slot slot() {
    return slot;
  }

  List<Controller> controllers() {
    return controllers;
  }

  /** Begins with swaps that wait for each other. */
  void start() {
    if (spec.loop() instanceof Loop.Closed closed) {
      controllers.forEach(controller -> next(controller, closed));
    }
  }

  private void next(Controller controller, Loop.Closed loop) {
    if (stopped || asked == spec.count()) {
      return;
    }
    double share = 0.5 + random.nextDouble();
    long pause = Math.round(loop.think().toNanos() / NANOS_PER_MS * share);
    swap(controller)
        .onComplete(
            end -> {
              if (pause == 0) {
                vertx.runOnContext(nothing -> next(controller, loop));
              } else {
                vertx.setTimer(pause, fired -> next(controller, loop));
              }
            });
  }

  /** One whose time has come. */
  void wish() {
    if (!stopped && asked < spec.count()) {
      swap(controllers.get(asked % controllers.size()));
    }
  }

  private Future<Ended> swap(Controller controller) {
    int number = asked++;
    Attempt attempt = new Attempt(spec.model(number));
    // From now on an answer by the same model may be of either.
    unanswered.removeIf(earlier -> earlier.model.equals(attempt.model));
    unanswered.add(attempt);
    String deployment = "%s-%s-%d".formatted(run, spec.id(), number);
    return controller
        .want(deployment, attempt.model, spec.policy(), spec.limit())
        .onSuccess(end -> ended(number, attempt, end));
  }

  private void ended(int number, Attempt attempt, Ended end) {
    ended++;
    results.merge(end.result(), 1L, Long::sum);
    if (end.result() == SwapResult.SUCCESSFUL) {
      outcomes.add(end.nanos());
      attempt.successful = true;
      countFirstAnswer(attempt);
    } else {
      unanswered.remove(attempt);
      if (end.result() != SwapResult.SUPERSEDED && problems.size() < MOST_PROBLEMS) {
        problems.add(
            "swap %d to %s: %s%s"
                .formatted(
                    number + 1,
                    attempt.model,
                    end.result(),
                    end.reason().isEmpty() ? "" : ", " + end.reason()));
      }
    }
    whenEnded.accept(end.result(), attempt.model);
    completeIfDrained();
  }

  /** The slot has answered with a model. */
  void answered(String model, long nowNanos) {
    for (Attempt attempt : List.copyOf(unanswered)) {
      if (Slot.isA(model, attempt.model)) {
        unanswered.remove(attempt);
        attempt.firstNanos = nowNanos;
        countFirstAnswer(attempt);
      }
    }
  }

  private void countFirstAnswer(Attempt attempt) {
    if (attempt.successful && attempt.firstNanos >= 0) {
      firstAnswers.add(attempt.firstNanos - attempt.askedNanos);
    }
  }

  /** Asks for nothing more. Completes when all that was asked for has ended. */
  Future<Void> stop() {
    stopped = true;
    completeIfDrained();
    return drained.future();
  }

  private void completeIfDrained() {
    if (stopped && ended == asked) {
      drained.tryComplete();
    }
  }

  /** Swaps that have ended, of all that there are to be. */
  int ended() {
    return ended;
  }

  /** Those of which it is known since one last looked. */
  void addRecentTo(Latencies recentOutcomes, Latencies recentFirstAnswers) {
    recentOutcomes.addRecent(outcomes);
    recentFirstAnswers.addRecent(firstAnswers);
  }

  void addFirstAnswersTo(Latencies all) {
    all.addAll(firstAnswers);
  }

  SlotReport report() {
    Map<SwapResult, Long> all = new EnumMap<>(SwapResult.class);
    all.putAll(results);
    if (spec.count() > ended) {
      all.merge(SwapResult.NOT_ASKED, (long) spec.count() - ended, Long::sum);
    }
    return new SlotReport(
        spec.id(),
        slot.device(),
        slot.name(),
        spec.count(),
        all,
        outcomes.figures(),
        firstAnswers.figures(),
        problems);
  }
}
