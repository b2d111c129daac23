package dev.bantam.simulator.run;

import dev.bantam.simulator.client.BrokerAccess;
import dev.bantam.simulator.device.SetupException;
import dev.bantam.simulator.scenario.Scenario;
import dev.bantam.simulator.schedule.Event;
import dev.bantam.simulator.schedule.Fault;
import dev.bantam.simulator.schedule.Publication;
import dev.bantam.simulator.schedule.Schedule;
import dev.bantam.simulator.schedule.ScheduleHash;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** One scenario, played against a broker. Blocking; for one thread. */
public final class ScenarioRun {

  private static final int BATCH = 256;
  private static final long GRACE_MILLIS = 10_000;
  private static final long MOMENT_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final int WARM_UP_EVENTS = 20_000;
  private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long SHOW_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long LONGEST_NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final Scenario scenario;
  private final RunOptions options;
  private final BooleanSupplier stopped;
  private final List<Fleet.Due> batch = new ArrayList<>(BATCH);
  private final Episodes episodes = new Episodes();
  private Instant startedAt = Instant.EPOCH;
  private long start;
  private long shown;
  private long played;

  /**
   * @param stopped whether the run shall end before the scenario does; asked often
   */
  public ScenarioRun(Scenario scenario, RunOptions options, BooleanSupplier stopped) {
    this.scenario = scenario;
    this.options = options;
    this.stopped = stopped;
  }

  /**
   * Plays it on a broker that is there.
   *
   * @throws ExecutionException with a {@code TaskClientException}, if there is no connection
   * @throws SetupException if the scenario needs more than a broker
   */
  public RunReport play(Vertx vertx, BrokerAccess broker)
      throws IOException, InterruptedException, ExecutionException, SetupException {
    try (Stage stage = Stage.set(vertx, scenario, Stage.Means.of(broker))) {
      return play(vertx, stage);
    }
  }

  /**
   * Plays it.
   *
   * @throws ExecutionException with a {@code TaskClientException}, if there is no connection
   * @throws dev.bantam.simulator.schedule.ScheduleException if a recorded file cannot be read on
   */
  public RunReport play(Vertx vertx, Stage stage)
      throws IOException, InterruptedException, ExecutionException {
    Fleet fleet = await(Fleet.connect(vertx, stage, scenario, options));
    prepare(fleet);
    warmUp();
    ScheduleHash hash = new ScheduleHash();
    CpuClock cpu = new CpuClock();
    Sampler sampler = new Sampler(vertx, fleet, options.processes(), cpu);
    try (Schedule schedule = Schedule.of(scenario, tasks(fleet, stage));
        GroundTruth truth = GroundTruth.to(options.truthFile())) {
      startedAt = Instant.now();
      start = System.nanoTime();
      shown = start;
      Duration interval = Timeline.intervalOf(wall(scenario.duration()));
      stage.started(start, options.speed());
      await(fleet.start(start, options.speed()));
      sampler.start(start, interval);
      boolean whole = playAll(schedule, hash, truth, fleet, stage);
      stage.mendAll();
      boolean complete = drain(fleet, whole);
      await(fleet.finish(GRACE_MILLIS));
      List<Mark> marks = new ArrayList<>(await(fleet.marks()));
      stage.faults().forEach(fault -> marks.addAll(Mark.of(fault)));
      Timeline timeline = new Timeline(interval, await(sampler.stop()), marks);
      return report(complete, hash.finish(), truth, fleet, stage, cpu.elapsed(), timeline);
    } finally {
      sampler.stop();
      await(fleet.finish(0));
    }
  }

  private void prepare(Fleet fleet) throws InterruptedException, ExecutionException {
    Future<Void> prepared = fleet.prepare(doing -> show(fleet, Optional.of(doing)));
    try {
      while (!prepared.isComplete() && !stopped.getAsBoolean()) {
        Thread.sleep(5);
      }
      if (!prepared.isComplete()) {
        throw new CancellationException("stopped before the run began");
      }
      await(prepared);
    } catch (CancellationException | ExecutionException e) {
      await(fleet.finish(0));
      throw e;
    }
  }

  /** Lets the JVM compile what makes messages, so that the first second is as the others are. */
  private void warmUp() {
    long until = System.nanoTime() + WARM_UP_NANOS;
    ScheduleHash hash = new ScheduleHash();
    try (Schedule schedule = Schedule.of(scenario)) {
      Optional<Event> next = schedule.next();
      for (int i = 0; i < WARM_UP_EVENTS && System.nanoTime() - until < 0; i++) {
        next.ifPresent(hash::add);
        next = schedule.next();
      }
    }
  }

  /**
   * Waits for answers: as long as the applications do, or a moment once the run shall end.
   *
   * @param whole whether it was played to its end
   * @return whether it was, and it need not end before the answers have come
   */
  private boolean drain(Fleet fleet, boolean whole) throws InterruptedException {
    Future<Void> drained = fleet.drain();
    if (whole) {
      played = scenario.duration().toNanos();
    }
    boolean patient = whole;
    long until = System.nanoTime() + MOMENT_NANOS;
    while (!drained.isComplete() && (patient || System.nanoTime() - until < 0)) {
      if (stopped.getAsBoolean()) {
        fleet.forgetTurns();
        until = patient ? System.nanoTime() + MOMENT_NANOS : until;
        patient = false;
      }
      show(fleet);
      Thread.sleep(5);
    }
    return patient;
  }

  /** Of the device that sensors ask, so that they ask it what it can answer. */
  private Set<String> tasks(Fleet fleet, Stage stage)
      throws InterruptedException, ExecutionException {
    if (options.tasks().isPresent()) {
      return options.tasks().get();
    }
    boolean choice =
        scenario.sensors().stream()
            .flatMap(sensor -> sensor.asks().stream())
            .anyMatch(question -> question.otherwise().isPresent());
    Optional<String> device = stage.onlyDevice().or(options::device);
    return choice && device.isPresent() ? await(fleet.tasksOf(device.get())) : Set.of();
  }

  /** How long a time of the scenario is by the wall. */
  private Duration wall(Duration time) {
    return Duration.ofNanos(Math.round(time.toNanos() / options.speed()));
  }

  private RunReport report(
      boolean complete,
      String sha256,
      GroundTruth truth,
      Fleet fleet,
      Stage stage,
      Duration cpu,
      Timeline timeline)
      throws InterruptedException, ExecutionException {
    Tally tally = await(fleet.tally());
    Judge judge =
        new Judge(
            tally,
            Duration.ofNanos(System.nanoTime() - start),
            timeline.samples(),
            DetectionReport.all(tally.detections(), episodes.all()));
    return new RunReport(
        scenario.name(),
        scenario.summary(),
        scenario.seed(),
        options.speed(),
        complete,
        sha256,
        startedAt,
        judge.wall(),
        tally.messages(),
        truth.counts(),
        tally.applications(),
        tally.latency(),
        judge.detections(),
        tally.orders(),
        tally.events(),
        tally.swaps(),
        judge.verdicts(scenario.expectations().orElse(Judge.USUAL)),
        cpu,
        tally.lag(),
        stage.reports(),
        stage.faults(),
        timeline);
  }

  private boolean playAll(
      Schedule schedule, ScheduleHash hash, GroundTruth truth, Fleet fleet, Stage stage)
      throws InterruptedException {
    for (Optional<Event> next = schedule.next(); next.isPresent(); next = schedule.next()) {
      Event event = next.get();
      long due = start + Math.round(event.atNanos() / options.speed());
      if ((due - System.nanoTime() > 0 || batch.size() == BATCH) && !rest(due, fleet)) {
        return false;
      }
      hash.add(event);
      if (fleet.isSwapped()) {
        continue; // What is not played any more is part of the hash, which no machine changes.
      }
      if (event instanceof Publication publication) {
        truth.add(publication);
        episodes.add(publication, due);
      }
      played = event.atNanos();
      if (event instanceof Fault fault) {
        stage.begin(fault, options.speed());
      } else {
        batch.add(new Fleet.Due(event, due));
      }
    }
    long end = start + wall(scenario.duration()).toNanos();
    while (System.nanoTime() - end < 0 && !fleet.isFinished() && !fleet.isSwapped()) {
      if (!rest(Math.min(end, System.nanoTime() + LONGEST_NAP_NANOS), fleet)) {
        return false;
      }
    }
    return rest(System.nanoTime(), fleet);
  }

  /** Does what is due and waits until it is time. False if the run shall end. */
  private boolean rest(long until, Fleet fleet) throws InterruptedException {
    if (!batch.isEmpty()) {
      fleet.perform(batch);
      batch.clear();
    }
    show(fleet);
    for (long left = until - System.nanoTime();
        left > 0 && !fleet.isSwapped();
        left = until - System.nanoTime()) {
      if (stopped.getAsBoolean()) {
        return false;
      }
      show(fleet);
      LockSupport.parkNanos(Math.min(left, LONGEST_NAP_NANOS));
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
    return !stopped.getAsBoolean();
  }

  private void show(Fleet fleet) {
    if (System.nanoTime() - shown < SHOW_NANOS) {
      return;
    }
    shown = System.nanoTime();
    show(fleet, Optional.empty());
  }

  private void show(Fleet fleet, Optional<String> preparing) {
    fleet
        .progress(Duration.ofNanos(played), scenario.duration(), preparing)
        .onSuccess(options.progress()::accept);
  }

  static <T> T await(Future<T> future) throws InterruptedException, ExecutionException {
    return future.toCompletionStage().toCompletableFuture().get();
  }
}
