package dev.bantam.simulator.scenario;

import java.util.List;
import java.util.stream.Stream;

/**
 * What a scenario is played on, beside a broker that is there, and what goes wrong with it.
 *
 * @param managedBroker whether the simulator starts a broker of its own
 * @param devices that it starts
 * @param faults in the scenario's order
 */
public record Setup(boolean managedBroker, List<DeviceSpec> devices, List<FaultSpec> faults) {

  /** Nothing at all. */
  public static final Setup NONE = new Setup(false, List.of(), List.of());

  public Setup {
    devices = List.copyOf(devices);
    faults = List.copyOf(faults);
  }

  /** Whether there is nothing to start and nothing that goes wrong. */
  public boolean isEmpty() {
    return !managedBroker && devices.isEmpty() && faults.isEmpty();
  }

  /** Whether connections have to go through the simulator. */
  public boolean needsLinks() {
    return faults.stream().flatMap(Setup::kinds).anyMatch(k -> k.hits() == FaultKind.Hits.LINK);
  }

  private static Stream<FaultKind> kinds(FaultSpec fault) {
    return fault instanceof FaultSpec.Drawn drawn
        ? drawn.kinds().stream()
        : Stream.of(((FaultSpec.Fixed) fault).kind());
  }
}
