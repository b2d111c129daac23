package dev.bantam.simulator.schedule;

import dev.bantam.simulator.scenario.ApplicationSpec;
import dev.bantam.simulator.scenario.Scenario;
import dev.bantam.simulator.scenario.SensorSpec;
import dev.bantam.simulator.scenario.SwapSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * All that a scenario publishes, asks and swaps by the clock and lets go wrong until its end, one
 * after the other in the order of time; at the same time, in the order of the scenario's sources.
 * Made as it is asked for: a schedule of any length takes no more memory than its sources. Confined
 * to one thread.
 */
public final class Schedule implements AutoCloseable {

  private final long endNanos;
  private final List<EventStream> streams = new ArrayList<>();
  private final PriorityQueue<Head> heads =
      new PriorityQueue<>(Comparator.comparingLong(Head::atNanos).thenComparingInt(Head::number));

  /** A source's next event. */
  private record Head(int number, Event event) {
    long atNanos() {
      return event.atNanos();
    }
  }

  private Schedule(long endNanos) {
    this.endNanos = endNanos;
  }

  /** The schedule from the scenario's start, for devices of which nothing is known. */
  public static Schedule of(Scenario scenario) {
    return of(scenario, Set.of());
  }

  /**
   * The schedule from the scenario's start.
   *
   * @param tasks that the device serves which sensors ask
   */
  public static Schedule of(Scenario scenario, Set<String> tasks) {
    Schedule schedule = new Schedule(scenario.duration().toNanos());
    for (SensorSpec spec : scenario.sensors()) {
      List<SensorSampler> samplers = SensorSampler.all(scenario, spec);
      for (int i = 0; i < samplers.size(); i++) {
        int place = i;
        SensorSampler sampler = samplers.get(i);
        Optional<QuestionWriter> questions =
            spec.asks().map(ask -> new QuestionWriter(spec, sampler.face(), ask.of(tasks), place));
        schedule.add(new SensorStream(scenario, spec, sampler, schedule.streams.size(), questions));
      }
    }
    scenario
        .logs()
        .forEach(spec -> schedule.add(new LogStream(scenario, spec, schedule.streams.size())));
    scenario
        .replays()
        .forEach(spec -> schedule.add(new ReplayStream(spec, schedule.streams.size())));
    for (ApplicationSpec spec : scenario.applications()) {
      if (spec.loop() instanceof ApplicationSpec.Loop.Open open) {
        schedule.add(new RequestStream(scenario, spec, open.pace()));
      }
    }
    schedule.add(new FaultStream(scenario));
    scenario.swapPlan().swaps().forEach(spec -> schedule.add(scenario, spec));
    return schedule;
  }

  /** Swaps that go by the clock. */
  private void add(Scenario scenario, SwapSpec spec) {
    if (spec.loop() instanceof ApplicationSpec.Loop.Open open) {
      List<String> devices = spec.devices().isEmpty() ? List.of("") : spec.devices();
      devices.forEach(device -> add(new WishStream(scenario, spec, device, open.pace())));
    }
  }

  private void add(EventStream stream) {
    streams.add(stream);
    advance(streams.size() - 1);
  }

  private void advance(int number) {
    streams
        .get(number)
        .next()
        .filter(event -> event.atNanos() < endNanos)
        .ifPresent(event -> heads.add(new Head(number, event)));
  }

  /**
   * The next event.
   *
   * @return empty at the scenario's end
   * @throws ScheduleException if a file cannot be read on
   */
  public Optional<Event> next() {
    Head head = heads.poll();
    if (head == null) {
      return Optional.empty();
    }
    advance(head.number());
    return Optional.of(head.event());
  }

  @Override
  public void close() {
    streams.forEach(EventStream::close);
  }
}
