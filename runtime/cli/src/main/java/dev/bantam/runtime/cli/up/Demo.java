package dev.bantam.runtime.cli.up;

import dev.bantam.runtime.cli.CliContext;
import dev.bantam.simulator.client.TaskClient;
import dev.bantam.simulator.demo.DemoRun;
import dev.bantam.simulator.scenario.ScenarioReader;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/** The demo on a thread of its own, so that a signal is heard while an answer is made. */
final class Demo {

  private final CountDownLatch stop;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final CountDownLatch either = new CountDownLatch(1);
  private final Thread thread;
  private volatile DemoRun.Tally tally = new DemoRun.Tally(0, 0);

  private Demo(DemoRun run, boolean once, CountDownLatch stop) {
    this.stop = stop;
    this.thread = new Thread(() -> play(run, once), "bantam-demo");
  }

  /**
   * @param tasks that the device serves
   */
  static Demo start(
      CliContext context, TaskClient client, Set<String> tasks, boolean once, CountDownLatch stop) {
    DemoScreen screen = new DemoScreen(context.out(), context.terminal().columns());
    Demo demo =
        new Demo(
            new DemoRun(new ScenarioReader().builtIn("demo"), tasks, client, screen), once, stop);
    Thread waiter = new Thread(demo::watchForStop, "bantam-demo-stop");
    waiter.setDaemon(true);
    waiter.start();
    demo.thread.start();
    return demo;
  }

  private void play(DemoRun run, boolean once) {
    try {
      tally = once ? run.once() : run.until(stop);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      ended.countDown();
      either.countDown();
    }
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

  /** Waits for the demo's thread; its client must be closed, so that no answer is waited for. */
  void join() throws InterruptedException {
    ended.await();
    thread.join();
  }

  /** What came of it; all zero before the end. */
  DemoRun.Tally tally() {
    return tally;
  }
}
