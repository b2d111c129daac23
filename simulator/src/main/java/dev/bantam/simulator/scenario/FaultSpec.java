package dev.bantam.simulator.scenario;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Something that goes wrong in a scenario. */
public sealed interface FaultSpec {

  /**
   * What the network does while it is at fault; only what the fault's kind needs counts.
   *
   * @param delay how much longer everything takes
   * @param chance part of what is sent that stalls: 0 to 1
   * @param stall for how long
   * @param bytesPerSecond what passes
   */
  record Network(Duration delay, double chance, Duration stall, int bytesPerSecond) {
    /** Where a scenario says nothing. */
    public static final Network USUAL =
        new Network(Duration.ofMillis(200), 0.1, Duration.ofMillis(300), 1000);
  }

  /**
   * One whose time is known.
   *
   * @param at from the scenario's start
   * @param lasts until it is mended; zero for what is over at once
   * @param target a device, an application, or one of {@link #MANY}; empty for the broker, and for
   *     everything
   */
  record Fixed(
      FaultKind kind, Duration at, Duration lasts, Optional<String> target, Network network)
      implements FaultSpec {}

  /**
   * Several that are drawn by the scenario's seed.
   *
   * @param count how many
   * @param kinds each is one of these
   * @param from when the first may begin
   * @param within they begin in this time from then on, each in a part of its own
   * @param lasts each at most; the least is half of it
   */
  record Drawn(int count, List<FaultKind> kinds, Duration from, Duration within, Duration lasts)
      implements FaultSpec {
    public Drawn {
      kinds = List.copyOf(kinds);
    }
  }

  /** Targets that stand for several connections. */
  List<String> MANY = List.of("devices", "applications", "sensors");
}
