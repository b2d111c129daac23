package dev.bantam.simulator.schedule;

import dev.bantam.simulator.scenario.ApplicationSpec;
import dev.bantam.simulator.scenario.Pace;
import dev.bantam.simulator.scenario.Scenario;
import dev.bantam.simulator.signal.Seed;
import java.util.Optional;

/** What an application asks by its own clock. */
final class RequestStream implements EventStream {

  private final RequestDrawer drawer;
  private final PaceClock clock;

  RequestStream(Scenario scenario, ApplicationSpec spec, Pace pace) {
    this.drawer = new RequestDrawer(scenario, spec);
    this.clock = new PaceClock(pace, new Seed(scenario.seed()).of("clock").of(spec.id()), false);
  }

  @Override
  public Optional<Request> next() {
    return drawer.next(clock.next());
  }
}
