package dev.bantam.simulator.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.simulator.run.DryRun;
import dev.bantam.simulator.scenario.Attachments;
import dev.bantam.simulator.scenario.FaultKind;
import dev.bantam.simulator.scenario.Scenario;
import dev.bantam.simulator.scenario.ScenarioReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FaultStreamTest {

  private static Scenario scenario(String faults) {
    String text =
        """
        format: 1
        name: x
        duration: 2m
        broker: managed
        devices: [{id: pi, count: 3, fleet: [line]}]
        applications: [{id: panel, fleet: line, task: echo, request: {text: hi}, concurrency: 1}]
        faults:
        %s
        """
            .formatted(faults.indent(2));
    return new ScenarioReader()
        .read("x.yaml", text, Attachments.builtIn())
        .orElseThrow(IllegalArgumentException::new);
  }

  private static final String DRAWN =
      "- draw: {count: 8, kinds: [device-kill, device-freeze, network-cut, broker-kill], from: 10s, within: 80s, for: 6s}\n";

  private static List<Fault> faults(Scenario scenario) {
    List<Fault> faults = new ArrayList<>();
    FaultStream stream = new FaultStream(scenario);
    for (Optional<Fault> next = stream.next(); next.isPresent(); next = stream.next()) {
      faults.add(next.get());
    }
    return faults;
  }

  @Test
  void shouldDrawTheSameFaultsOfTheSameSeed() {
    Scenario scenario = scenario(DRAWN);

    assertThat(faults(scenario)).hasSize(8).isEqualTo(faults(scenario));
    assertThat(faults(scenario)).isNotEqualTo(faults(scenario.withSeed(2)));
    assertThat(DryRun.of(scenario)).isEqualTo(DryRun.of(scenario));
  }

  @Test
  void shouldDrawFaultsThatDoNotOverlapAndHaveATarget() {
    for (int seed = 0; seed < 50; seed++) {
      long free = Duration.ofSeconds(10).toNanos();
      for (Fault fault : faults(scenario(DRAWN).withSeed(seed))) {
        assertThat(fault.atNanos()).isGreaterThanOrEqualTo(free);
        assertThat(Duration.ofNanos(fault.lastsNanos()))
            .isBetween(Duration.ofSeconds(3), Duration.ofSeconds(6));
        assertThat(fault.target().isPresent()).isEqualTo(fault.kind() != FaultKind.BROKER_KILL);
        free = fault.atNanos() + fault.lastsNanos();
      }
      assertThat(free).isLessThanOrEqualTo(Duration.ofSeconds(90).toNanos());
    }
  }

  @Test
  void shouldHashFaultsToo() {
    String one = "- {kind: device-kill, target: pi-1, at: 5s, for: 3s}\n";

    String hash = DryRun.of(scenario(one)).scheduleSha256();

    assertThat(DryRun.of(scenario(one)).scheduleSha256()).isEqualTo(hash);
    for (String other :
        List.of(
            one.replace("pi-1", "pi-2"),
            one.replace("5s", "6s"),
            one.replace("3s", "4s"),
            one.replace("kill", "freeze"),
            one + one.replace("5s", "50s"))) {
      assertThat(DryRun.of(scenario(other)).scheduleSha256()).as(other).isNotEqualTo(hash);
    }
  }

  @Test
  void shouldPutThemInTheOrderOfTime() {
    List<Fault> faults =
        faults(
            scenario(
                "- {kind: network-drop, at: 50s}\n"
                    + "- {kind: network-delay, target: panel, at: 20s, for: 5s, delay: 1s}\n"));

    assertThat(faults)
        .extracting(Fault::kind)
        .containsExactly(FaultKind.NETWORK_DELAY, FaultKind.NETWORK_DROP);
    assertThat(faults.get(0).network().delay()).isEqualTo(Duration.ofSeconds(1));
    assertThat(faults)
        .extracting(Fault::toString)
        .containsExactly("network-delay of panel", "network-drop");
  }
}
