package dev.bantam.simulator.run;

import dev.bantam.simulator.client.BrokerAccess;
import dev.bantam.simulator.scenario.Scenario;
import dev.bantam.simulator.schedule.Publication;
import dev.bantam.simulator.schedule.Schedule;
import dev.bantam.simulator.schedule.ScheduleHash;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** One scenario, played against a broker. Blocking; for one thread. */
public final class ScenarioRun {

  private static final int BATCH = 256;
  private static final long GRACE_MILLIS = 10_000;
  private static final long SHOW_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long LONGEST_NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final Scenario scenario;
  private final RunOptions options;
  private final BooleanSupplier stopped;
  private final List<Fleet.Due> batch = new ArrayList<>(BATCH);
  private final CpuClock cpu = new CpuClock();
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
   * Plays it.
   *
   * @throws ExecutionException with a {@code TaskClientException}, if there is no connection
   * @throws dev.bantam.simulator.schedule.ScheduleException if a recorded file cannot be read on
   */
  public RunReport play(Vertx vertx, BrokerAccess broker)
      throws IOException, InterruptedException, ExecutionException {
    String clients = "sim-" + scenario.name() + "-" + ProcessHandle.current().pid();
    Fleet fleet = await(Fleet.connect(vertx, broker, clients, scenario.connections()));
    ScheduleHash hash = new ScheduleHash();
    try (Schedule schedule = Schedule.of(scenario);
        GroundTruth truth = GroundTruth.to(options.truthFile())) {
      start = System.nanoTime();
      shown = start;
      boolean complete = playAll(schedule, hash, truth, fleet);
      await(fleet.finish(GRACE_MILLIS));
      return new RunReport(
          scenario.name(),
          scenario.seed(),
          options.speed(),
          complete,
          hash.finish(),
          Duration.ofNanos(System.nanoTime() - start),
          await(fleet.counts()),
          truth.counts(),
          cpu.elapsed(),
          await(fleet.lag()));
    } finally {
      await(fleet.finish(0));
    }
  }

  private boolean playAll(Schedule schedule, ScheduleHash hash, GroundTruth truth, Fleet fleet)
      throws IOException, InterruptedException {
    for (Optional<Publication> next = schedule.next(); next.isPresent(); next = schedule.next()) {
      Publication publication = next.get();
      long due = start + Math.round(publication.atNanos() / options.speed());
      if ((due - System.nanoTime() > 0 || batch.size() == BATCH) && !rest(due, fleet)) {
        return false;
      }
      hash.add(publication);
      truth.add(publication);
      played = publication.atNanos();
      batch.add(new Fleet.Due(publication, due));
    }
    return rest(start + Math.round(scenario.duration().toNanos() / options.speed()), fleet);
  }

  /** Sends what is due and waits until it is time. False if the run shall end. */
  private boolean rest(long until, Fleet fleet) throws InterruptedException {
    if (!batch.isEmpty()) {
      fleet.publish(batch);
      batch.clear();
    }
    show(fleet);
    for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
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
    Duration at = Duration.ofNanos(played);
    fleet
        .counts()
        .compose(
            counts -> fleet.lag().map(lag -> new RunProgress(at, scenario.duration(), counts, lag)))
        .onSuccess(options.progress()::accept);
  }

  private static <T> T await(Future<T> future) throws InterruptedException, ExecutionException {
    return future.toCompletionStage().toCompletableFuture().get();
  }
}
