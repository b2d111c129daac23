package dev.bantam.simulator.schedule;

import dev.bantam.simulator.scenario.ApplicationSpec;
import dev.bantam.simulator.scenario.DeviceSpec;
import dev.bantam.simulator.scenario.FaultKind;
import dev.bantam.simulator.scenario.FaultSpec;
import dev.bantam.simulator.scenario.FaultSpec.Drawn;
import dev.bantam.simulator.scenario.FaultSpec.Fixed;
import dev.bantam.simulator.scenario.FaultSpec.Network;
import dev.bantam.simulator.scenario.Scenario;
import dev.bantam.simulator.signal.Seed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** What goes wrong: the scenario's own faults, and those that the seed decides. */
final class FaultStream implements EventStream {

  private final List<Fault> faults = new ArrayList<>();
  private int next;

  FaultStream(Scenario scenario) {
    Seed seed = new Seed(scenario.seed()).of("faults");
    List<Fixed> all = new ArrayList<>();
    List<FaultSpec> specs = scenario.setup().faults();
    for (int i = 0; i < specs.size(); i++) {
      if (specs.get(i) instanceof Fixed fixed) {
        all.add(fixed);
      } else {
        all.addAll(draw((Drawn) specs.get(i), scenario, seed.of(i).random()));
      }
    }
    all.sort(Comparator.comparing(Fixed::at));
    for (Fixed fault : all) {
      faults.add(
          new Fault(
              faults.size(),
              fault.kind(),
              fault.at().toNanos(),
              fault.lasts().toNanos(),
              fault.target(),
              fault.network()));
    }
  }

  /** Each within a part of its own, so that no two of them overlap. */
  private static List<Fixed> draw(Drawn spec, Scenario scenario, Random random) {
    List<Fixed> drawn = new ArrayList<>();
    long part = spec.within().toNanos() / spec.count();
    for (int i = 0; i < spec.count(); i++) {
      FaultKind kind = spec.kinds().get(random.nextInt(spec.kinds().size()));
      long most = spec.lasts().toNanos();
      long lasts =
          kind == FaultKind.NETWORK_DROP ? 0 : most - (long) (random.nextDouble() * most / 2);
      long at = spec.from().toNanos() + i * part + (long) (random.nextDouble() * (part - lasts));
      drawn.add(
          new Fixed(
              kind,
              Duration.ofNanos(at),
              Duration.ofNanos(lasts),
              target(kind, scenario, random),
              Network.USUAL));
    }
    return drawn;
  }

  private static Optional<String> target(FaultKind kind, Scenario scenario, Random random) {
    List<String> targets = new ArrayList<>();
    switch (kind.hits()) {
      case BROKER -> {}
      case DEVICE ->
          scenario.setup().devices().stream()
              .filter(device -> canBeHit(kind, device))
              .map(DeviceSpec::id)
              .forEach(targets::add);
      case LINK -> {
        scenario.setup().devices().stream().map(DeviceSpec::id).forEach(targets::add);
        scenario.applications().stream().map(ApplicationSpec::id).forEach(targets::add);
      }
    }
    return targets.isEmpty()
        ? Optional.empty()
        : Optional.of(targets.get(random.nextInt(targets.size())));
  }

  private static boolean canBeHit(FaultKind kind, DeviceSpec device) {
    return switch (kind) {
      case DISK_FULL -> device.diskBytes().isPresent();
      case CORRUPT_MODEL -> !device.models().isEmpty();
      case BROKER_KILL,
          DEVICE_KILL,
          DEVICE_FREEZE,
          NETWORK_CUT,
          NETWORK_DROP,
          NETWORK_DELAY,
          NETWORK_LOSS,
          NETWORK_THROTTLE,
          SLOW_CONSUMER ->
          true;
    };
  }

  @Override
  public Optional<Fault> next() {
    return next < faults.size() ? Optional.of(faults.get(next++)) : Optional.empty();
  }
}
