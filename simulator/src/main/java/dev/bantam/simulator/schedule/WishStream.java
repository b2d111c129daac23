package dev.bantam.simulator.schedule;

import dev.bantam.simulator.scenario.Pace;
import dev.bantam.simulator.scenario.Scenario;
import dev.bantam.simulator.scenario.SwapSpec;
import dev.bantam.simulator.signal.Seed;
import java.util.Optional;

/** Swaps of one device that do not wait for each other. */
final class WishStream implements EventStream {

  private final SwapSpec spec;
  private final String device;
  private final long begin;
  private final PaceClock clock;
  private int number;

  WishStream(Scenario scenario, SwapSpec spec, String device, Pace pace) {
    this.spec = spec;
    this.device = device;
    this.begin = scenario.swapPlan().begin().toNanos();
    Seed seed = new Seed(scenario.seed()).of("swaps").of(spec.id()).of(device);
    this.clock = new PaceClock(pace, seed, false);
  }

  @Override
  public Optional<Wish> next() {
    if (number == spec.count()) {
      return Optional.empty();
    }
    int own = number++;
    return Optional.of(new Wish(begin + clock.next(), spec.id(), device, own, spec.model(own)));
  }
}
