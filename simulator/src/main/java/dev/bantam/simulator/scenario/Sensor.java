package dev.bantam.simulator.scenario;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** A simulated sensor: each call of {@link #next} is its next message. Confined to one thread. */
public final class Sensor {

  private final Scenario.SensorSpec spec;
  private final Scenario.Question question;
  private final long seed;
  private int round;

  Sensor(Scenario.SensorSpec spec, Scenario.Question question, long seed) {
    this.spec = spec;
    this.question = question;
    this.seed = seed;
  }

  /**
   * A message of a sensor.
   *
   * @param sensor its id
   * @param title as people call it
   * @param readings by name, as text with units
   * @param task what is asked
   * @param request the request's fields
   */
  public record Message(
      String sensor,
      String title,
      Map<String, String> readings,
      String task,
      Map<String, Object> request) {

    /** Where a sensor publishes its readings. */
    public String topic() {
      return "sensors/" + sensor;
    }
  }

  /** The next message. The same seed and round give the same message. */
  public Message next() {
    Random noise = new Random(seed * 31 + spec.id().hashCode() * 17L + round);
    Map<String, String> readings = new LinkedHashMap<>();
    spec.readings().forEach((name, signal) -> readings.put(name, signal.at(round, noise)));
    round++;
    return new Message(
        spec.id(),
        spec.title(),
        readings,
        question.task(),
        Placeholders.fill(question.request(), readings));
  }
}
