package dev.bantam.simulator.run;

import dev.bantam.simulator.scenario.Attachments;
import dev.bantam.simulator.scenario.Machine;
import dev.bantam.simulator.scenario.Scenario;
import dev.bantam.simulator.scenario.ScenarioReader;

/** Scenarios whose broker the simulator starts, read as a user's file is. */
final class ManagedScenario {

  private ManagedScenario() {}

  /**
   * @param more what the file says beside its head
   */
  static Scenario of(String more) {
    String text =
        """
        format: 1
        name: x
        seed: 3
        broker: managed
        %s
        """
            .formatted(more);
    return new ScenarioReader(Machine.here())
        .read("x.yaml", text, Attachments.builtIn())
        .orElseThrow(IllegalArgumentException::new);
  }
}
