package dev.bantam.runtime.governor;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sensors that a plan wants. {@link #read} is for one thread at a time, all else for any. */
final class Sensors {

  private static final Logger LOG = LoggerFactory.getLogger(Sensors.class);

  private final SensorFiles files;
  private final Optional<HeatSensor> heat;
  private final Optional<PowerSensor> power;
  private final List<Sensor> all = new ArrayList<>();
  private boolean told;

  /**
   * @param nanoTime a clock that never goes back
   */
  Sensors(SensorFiles files, GovernorPlan plan, MemorySensor.Own own, LongSupplier nanoTime) {
    this.files = files;
    this.heat = plan.heat().map(policy -> new HeatSensor(files.thermometer(), policy, nanoTime));
    this.power = plan.rules().map(rules -> new PowerSensor(files.root(), rules.minFrequency()));
    heat.ifPresent(all::add);
    plan.rules()
        .ifPresent(
            rules -> {
              all.add(new ThrottlingSensor(files.root()));
              all.add(
                  new MemorySensor(
                      files.root(), rules.memory(), own, plan.relievedWithin(), nanoTime));
            });
    power.ifPresent(all::add);
  }

  /** Blocking. Says once which are not there. */
  Map<SensorKind, Reading> read() {
    Map<SensorKind, Reading> readings = new EnumMap<>(SensorKind.class);
    all.forEach(sensor -> sensor.read().ifPresent(reading -> readings.put(sensor.kind(), reading)));
    if (!told) {
      told = true;
      kinds().stream()
          .filter(kind -> !readings.containsKey(kind))
          .forEach(
              kind ->
                  LOG.info(
                      "{} below {}; the device does not spare itself for it",
                      kind.missing(),
                      files.root()));
    }
    return readings;
  }

  List<SensorKind> kinds() {
    return all.stream().map(Sensor::kind).toList();
  }

  /** Less values that stand alone; empty if nothing shows it. */
  Optional<Temperature> temperature() {
    return heat.flatMap(HeatSensor::temperature);
  }

  /** The mode of power, where there are any. */
  Optional<String> powerMode() {
    return power.flatMap(PowerSensor::mode);
  }
}
