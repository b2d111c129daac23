package dev.bantam.runtime.mqtt;

import dev.bantam.protocol.FleetTopics;
import java.util.List;

/**
 * Counts what one connection has been given of its fleets' work and has not acknowledged. After it
 * has left them this tells when there is nothing more to come: the broker sends what it has kept
 * for the connection as soon as there is room. On the gateway's context.
 */
final class FleetWork {

  private final List<FleetTopics> fleet;
  private int epoch;
  private int held;

  FleetWork(List<FleetTopics> fleet) {
    this.fleet = fleet;
  }

  /**
   * Counts a message, if it is of a fleet.
   *
   * @param from the connection it came by; what an earlier one gave comes again
   * @return in place of {@code acknowledge}
   */
  Runnable counted(InboundMessage message, int from, Runnable acknowledge) {
    if (message.qos() == 0 || fleet.stream().allMatch(g -> g.parse(message.topic()).isEmpty())) {
      return acknowledge;
    }
    if (from != epoch) {
      epoch = from;
      held = 0;
    }
    held++;
    return () -> {
      if (from == epoch) {
        held--;
      }
      acknowledge.run();
    };
  }

  /** Whether all that has come is acknowledged. */
  boolean isDone() {
    return held == 0;
  }
}
