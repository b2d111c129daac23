package dev.bantam.simulator.demo;

import dev.bantam.simulator.client.TaskClient;
import dev.bantam.simulator.client.TaskResult;
import dev.bantam.simulator.scenario.Scenario;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Plays a scenario: in each round every sensor publishes its readings and asks its task, one after
 * the other, so that people can follow. Blocking; for one thread.
 */
public final class DemoRun {

  private static final Duration ANSWER_LIMIT = Duration.ofMinutes(5);

  private final Duration pause;
  private final List<DemoSensor> sensors;
  private final TaskClient client;
  private final DemoListener listener;

  /**
   * @param scenario of which the sensors that ask are played; the first one's pace is that of the
   *     rounds
   * @param tasks that the device serves
   */
  public DemoRun(Scenario scenario, Set<String> tasks, TaskClient client, DemoListener listener) {
    this.sensors = DemoSensor.all(scenario, tasks);
    this.pause = scenario.sensors().get(0).pace().interval();
    this.client = client;
    this.listener = listener;
  }

  /**
   * What a run came to.
   *
   * @param asked requests that were sent
   * @param answered requests that were answered, refusals not counted
   */
  public record Tally(int asked, int answered) {

    /** Whether something was asked and all of it answered. */
    public boolean complete() {
      return asked > 0 && asked == answered;
    }

    Tally plus(Tally other) {
      return new Tally(asked + other.asked, answered + other.answered);
    }
  }

  /** Plays one round. */
  public Tally once() throws InterruptedException {
    Tally tally = new Tally(0, 0);
    for (DemoSensor sensor : sensors) {
      tally = tally.plus(ask(sensor.next()));
    }
    return tally;
  }

  /** Plays round after round, until {@code stop} is down. */
  public Tally until(CountDownLatch stop) throws InterruptedException {
    Tally tally = new Tally(0, 0);
    while (stop.getCount() > 0) {
      for (DemoSensor sensor : sensors) {
        if (stop.getCount() > 0) {
          tally = tally.plus(ask(sensor.next()));
        }
      }
      if (stop.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        break;
      }
    }
    return tally;
  }

  private Tally ask(DemoMessage message) throws InterruptedException {
    Map<String, Object> request = new LinkedHashMap<>(message.request());
    request.put("stream", true);
    listener.asked(message);
    try {
      client.publishReading(message.topic(), message.readings());
      TaskResult result =
          client
              .ask(message.task(), request, listener::text, ANSWER_LIMIT)
              .toCompletionStage()
              .toCompletableFuture()
              .get();
      listener.ended(result);
      return new Tally(1, result instanceof TaskResult.Answered ? 1 : 0);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      listener.failed(String.valueOf(cause.getMessage()));
      return new Tally(1, 0);
    }
  }
}
