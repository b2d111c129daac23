package dev.bantam.simulator.scenario;

import dev.bantam.simulator.scenario.ApplicationSpec.Loop;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Models of one slot that are replaced again and again.
 *
 * @param id their name in reports
 * @param devices whose slot it is; empty for the scenario's only one, or the one that the run is
 *     told
 * @param slot of each of the devices
 * @param models as {@code name[:version][@variant]}; they take turns
 * @param count how many swaps there are, of each device
 * @param shortCount likewise with {@code --short}
 * @param controllers connections that ask for swaps
 * @param loop a closed one asks for the next when the last has ended, and thinks between half of
 *     its time and one and a half, as the seed draws it
 * @param policy as {@code desired} carries it
 * @param limit longest time until a swap has ended
 */
public record SwapSpec(
    String id,
    List<String> devices,
    String slot,
    List<String> models,
    int count,
    int shortCount,
    int controllers,
    Loop loop,
    Map<String, Object> policy,
    Duration limit) {

  public SwapSpec {
    devices = List.copyOf(devices);
    models = List.copyOf(models);
    policy = Map.copyOf(new LinkedHashMap<>(policy));
  }

  /** The model of a swap, counted from 0. */
  public String model(int number) {
    return models.get(number % models.size());
  }

  /** The same for as long as {@code --short} plays it. */
  SwapSpec shortened() {
    return new SwapSpec(
        id, devices, slot, models, shortCount, shortCount, controllers, loop, policy, limit);
  }
}
