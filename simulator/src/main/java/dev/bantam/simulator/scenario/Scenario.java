package dev.bantam.simulator.scenario;

import dev.bantam.simulator.signal.NumberReading;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A scenario as it is written in YAML, without fault.
 *
 * @param name as {@code sim run} takes it
 * @param summary one line of what it shows
 * @param seed of all that is random: the same seed gives the same messages at the same times
 * @param starts the date and time that the messages' times start at
 * @param duration how long it lasts
 * @param shortDuration how long it lasts with {@code --short}
 * @param speed how many seconds of the scenario are played in a second
 * @param connections to the broker that its sources share
 * @param groups signals that several readings follow, by name
 * @param sensors in their order
 * @param logs event logs
 * @param replays recorded files
 * @param applications that ask a device
 * @param setup what it is played on, and what goes wrong with it
 * @param swapPlan models that are replaced meanwhile
 * @param expectations what must have come of a run
 */
public record Scenario(
    String name,
    String summary,
    long seed,
    Instant starts,
    Duration duration,
    Duration shortDuration,
    double speed,
    int connections,
    Map<String, NumberReading> groups,
    List<SensorSpec> sensors,
    List<LogSpec> logs,
    List<ReplaySpec> replays,
    List<ApplicationSpec> applications,
    Setup setup,
    SwapPlan swapPlan,
    Optional<Expectations> expectations) {

  public Scenario {
    groups = Map.copyOf(groups);
    sensors = List.copyOf(sensors);
    logs = List.copyOf(logs);
    replays = List.copyOf(replays);
    applications = List.copyOf(applications);
  }

  /** All that ask a device: the applications, and sensors that ask about their messages. */
  public List<ApplicationSpec> askers() {
    return Stream.concat(
            applications.stream(),
            sensors.stream().filter(sensor -> sensor.asks().isPresent()).map(ApplicationSpec::of))
        .toList();
  }

  /** The sensors that ask one after the other, by id. */
  public Set<String> inTurn() {
    return sensors.stream()
        .filter(sensor -> sensor.asks().map(SensorSpec.Question::inTurn).orElse(false))
        .map(SensorSpec::id)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether it needs to be told of a device to ask. */
  public boolean asksSomeDevice() {
    return setup.devices().isEmpty()
        && (askers().stream().anyMatch(asker -> asker.device().isEmpty() && asker.fleet().isEmpty())
            || swapPlan.swaps().stream().anyMatch(swaps -> swaps.devices().isEmpty()));
  }

  /** The same with another seed. */
  public Scenario withSeed(long other) {
    return with(other, duration, swapPlan, expectations);
  }

  /** The same for as long as {@code --short} plays it. */
  public Scenario shortened() {
    return with(
        seed, shortDuration, swapPlan.shortened(), expectations.map(Expectations::shortened));
  }

  /** The same for another while. */
  public Scenario lasting(Duration other) {
    return with(seed, other, swapPlan, expectations);
  }

  private Scenario with(
      long otherSeed, Duration lasting, SwapPlan swaps, Optional<Expectations> expected) {
    return new Scenario(
        name,
        summary,
        otherSeed,
        starts,
        lasting,
        shortDuration,
        speed,
        connections,
        groups,
        sensors,
        logs,
        replays,
        applications,
        setup,
        swaps,
        expected);
  }

  /**
   * How a message is published.
   *
   * @param topic with <code>{id}</code> for the source's id; empty for the form's own topic
   * @param form of the payload
   * @param qos 0, 1 or 2
   * @param retain whether the broker keeps the last one
   */
  public record Outlet(Optional<String> topic, FormName form, int qos, boolean retain) {}

  /** The forms that a payload can have. */
  public enum FormName {
    JSON,
    TEXT,
    TASMOTA,
    ZIGBEE2MQTT,
    HOME_ASSISTANT
  }
}
