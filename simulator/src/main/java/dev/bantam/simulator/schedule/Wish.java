package dev.bantam.simulator.schedule;

/**
 * A slot is to get another model.
 *
 * @param atNanos since the scenario's start
 * @param swaps the id of the scenario's swaps
 * @param device whose slot it is; empty for the one that the run is told
 * @param number among the swaps of that device, from 0
 * @param model that the slot is to get
 */
public record Wish(long atNanos, String swaps, String device, int number, String model)
    implements Event {

  /** All that it is, as a line that is the same on every machine. */
  public String line() {
    return "%s %s %d %s".formatted(swaps, device, number, model);
  }
}
