package dev.bantam.simulator.scenario;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A scenario as it is written in YAML.
 *
 * @param format version of the form, 1
 * @param name of the scenario
 * @param seed of all readings: the same seed gives the same readings
 * @param pauseSeconds between two rounds, in each of which every sensor asks once
 * @param sensors in the order in which they ask
 */
public record Scenario(
    @JsonProperty(required = true) int format,
    @JsonProperty(required = true) String name,
    long seed,
    double pauseSeconds,
    @JsonProperty(required = true) List<SensorSpec> sensors) {

  public static final int FORMAT = 1;

  /**
   * @throws IllegalArgumentException if a value is not of its form
   */
  public Scenario {
    if (format != FORMAT) {
      throw new IllegalArgumentException(
          "format %d is not known; write format: %d".formatted(format, FORMAT));
    }
    if (pauseSeconds < 0) {
      throw new IllegalArgumentException("pause_seconds must not be negative");
    }
    if (sensors.isEmpty()) {
      throw new IllegalArgumentException("sensors is empty; give at least one");
    }
    sensors = List.copyOf(sensors);
  }

  /** Time between two rounds. */
  public Duration pause() {
    return Duration.ofMillis(Math.round(pauseSeconds * 1000));
  }

  /**
   * All sensors, before their first reading.
   *
   * @param tasks that the device serves
   */
  public List<Sensor> start(Set<String> tasks) {
    return sensors.stream().map(spec -> new Sensor(spec, spec.question(tasks), seed)).toList();
  }

  /**
   * What a sensor asks.
   *
   * @param task by name
   * @param request fields of the request; <code>{name}</code> in a text stands for a reading
   */
  public record Question(
      @JsonProperty(required = true) String task,
      @JsonProperty(required = true) Map<String, Object> request) {}

  /**
   * One sensor.
   *
   * @param id last level of the topic {@code sensors/ID}
   * @param title as people call it
   * @param readings by name, in the order in which they are shown
   * @param task what is asked at each reading
   * @param request fields of the request; <code>{name}</code> in a text stands for a reading
   * @param otherwise what is asked of a device that does not serve the task, if it serves this one
   */
  public record SensorSpec(
      @JsonProperty(required = true) String id,
      @JsonProperty(required = true) String title,
      @JsonProperty(required = true) Map<String, Signal> readings,
      @JsonProperty(required = true) String task,
      @JsonProperty(required = true) Map<String, Object> request,
      @Nullable Question otherwise) {

    private static final String ID = "[a-z0-9][a-z0-9-]{0,62}";

    /**
     * @throws IllegalArgumentException if a value is not of its form
     */
    public SensorSpec {
      if (!id.matches(ID)) {
        throw new IllegalArgumentException(
            "sensor id \"%s\": use lower case letters, digits and '-'".formatted(id));
      }
      if (readings.isEmpty()) {
        throw new IllegalArgumentException("sensor %s has no readings".formatted(id));
      }
      Placeholders.check(id, request, readings.keySet());
      if (otherwise != null) {
        Placeholders.check(id, otherwise.request(), readings.keySet());
      }
    }

    Question question(Set<String> tasks) {
      return otherwise != null && !tasks.contains(task) && tasks.contains(otherwise.task())
          ? otherwise
          : new Question(task, request);
    }
  }
}
