package dev.bantam.runtime.cli.up;

import dev.bantam.simulator.client.BrokerAccess;
import dev.bantam.simulator.run.RunOptions;
import dev.bantam.simulator.run.RunReport;
import dev.bantam.simulator.run.ScenarioRun;
import dev.bantam.simulator.scenario.Scenario;
import dev.bantam.simulator.scenario.ScenarioReader;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** The scenario {@code demo} on a thread of its own, so that a signal is heard meanwhile. */
final class Demo {

  /** Every sensor speaks at the start, and after it again and again. */
  private static final Duration ONE_ROUND = Duration.ofMillis(1);

  private static final Duration FOR_EVER = Duration.ofDays(36_500);

  private final CountDownLatch stop;
  private final CountDownLatch either = new CountDownLatch(1);
  private final FutureTask<RunReport> play;

  private Demo(FutureTask<RunReport> play, CountDownLatch stop) {
    this.play = play;
    this.stop = stop;
  }

  /**
   * @param options with the device, its tasks and who follows
   * @param once whether every sensor asks once, or again and again until {@code stop} is down
   */
  static Demo start(
      Vertx vertx, BrokerAccess broker, RunOptions options, boolean once, CountDownLatch stop) {
    Scenario scenario = new ScenarioReader().builtIn("demo").lasting(once ? ONE_ROUND : FOR_EVER);
    ScenarioRun run = new ScenarioRun(scenario, options, () -> stop.getCount() == 0);
    Demo demo = new Demo(new FutureTask<>(() -> run.play(vertx, broker)), stop);
    new Thread(demo::play, "bantam-demo").start();
    Thread waiter = new Thread(demo::watchForStop, "bantam-demo-stop");
    waiter.setDaemon(true);
    waiter.start();
    return demo;
  }

  private void play() {
    play.run();
    either.countDown();
  }

  private void watchForStop() {
    try {
      stop.await();
      either.countDown();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns when the demo is over or the process shall stop. */
  void awaitEndOrStop() throws InterruptedException {
    either.await();
  }

  /**
   * Waits until the demo is over and says what came of it; empty if it was stopped before it began.
   */
  Optional<RunReport> report() throws InterruptedException, ExecutionException {
    try {
      return Optional.of(play.get());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CancellationException) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
