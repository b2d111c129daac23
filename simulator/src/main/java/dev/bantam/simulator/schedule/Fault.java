package dev.bantam.simulator.schedule;

import dev.bantam.simulator.scenario.FaultKind;
import dev.bantam.simulator.scenario.FaultSpec.Network;
import java.util.Optional;

/**
 * Something that goes wrong at a known time.
 *
 * @param number of it among all faults of the scenario, in the order of time
 * @param lastsNanos until it is mended, in the scenario's time
 * @param target as {@link dev.bantam.simulator.scenario.FaultSpec.Fixed} has it
 */
public record Fault(
    int number,
    FaultKind kind,
    long atNanos,
    long lastsNanos,
    Optional<String> target,
    Network network)
    implements Event {

  /** All that it is but its time, on one line. */
  String line() {
    return "%s %s %d %s".formatted(kind.key(), target.orElse(""), lastsNanos, network);
  }

  /** For people. */
  @Override
  public String toString() {
    return kind.key() + target.map(name -> " of " + name).orElse("");
  }
}
