package dev.bantam.simulator.demo;

import dev.bantam.simulator.scenario.Placeholders;
import dev.bantam.simulator.scenario.Scenario;
import dev.bantam.simulator.scenario.SensorSpec;
import dev.bantam.simulator.schedule.SensorSampler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A sensor that asks. Confined to one thread.
 *
 * @param sampler gives its readings
 * @param question what it asks
 */
record DemoSensor(SensorSampler sampler, SensorSpec.Question question) {

  /**
   * The sensors of a scenario that ask, in their order.
   *
   * @param tasks that the device serves
   */
  static List<DemoSensor> all(Scenario scenario, Set<String> tasks) {
    List<DemoSensor> sensors = new ArrayList<>();
    for (SensorSpec spec : scenario.sensors()) {
      spec.asks()
          .map(question -> question.of(tasks))
          .ifPresent(
              question ->
                  SensorSampler.all(scenario, spec)
                      .forEach(sampler -> sensors.add(new DemoSensor(sampler, question))));
    }
    return sensors;
  }

  /** The next message. */
  DemoMessage next() {
    Map<String, String> readings = sampler.next().texts();
    return new DemoMessage(
        sampler.face().id(),
        sampler.face().title(),
        readings,
        question.task(),
        Placeholders.fill(question.request(), readings));
  }
}
