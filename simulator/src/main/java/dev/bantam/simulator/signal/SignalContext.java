package dev.bantam.simulator.signal;

import java.time.LocalTime;
import java.util.Map;

/**
 * What a signal must know to start.
 *
 * @param seed of the reading it belongs to
 * @param root of the scenario, for what several readings have in common
 * @param startsAt the time of day at the scenario's start
 * @param groups signals that readings may follow, by name
 */
public record SignalContext(
    Seed seed, Seed root, LocalTime startsAt, Map<String, NumberReading> groups) {

  /** The same with a seed of its own. */
  public SignalContext of(String name) {
    return new SignalContext(seed.of(name), root, startsAt, groups);
  }

  /** Starts a group's signal: the same values for everyone who follows it. */
  Source group(String name) {
    NumberReading group = groups.get(name);
    if (group == null) {
      throw new IllegalArgumentException("there is no group " + name);
    }
    Seed own = root.of("group").of(name);
    return group.start(new SignalContext(own, root, startsAt, Map.of()));
  }
}
