package dev.bantam.simulator.scenario;

import dev.bantam.simulator.signal.ReadingSpec;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A sensor, or many of a kind.
 *
 * @param id its name; of many, what their names start with
 * @param title as people call it
 * @param model what it is called in the payload forms that name a model
 * @param count how many there are
 * @param outlet how its messages are published
 * @param pace when
 * @param readings by name, in the order in which they are shown
 * @param anomalies what happens to the readings, and the truth about it
 * @param asks what is asked at each message, if anything is
 */
public record SensorSpec(
    String id,
    String title,
    String model,
    int count,
    Scenario.Outlet outlet,
    Pace pace,
    Map<String, ReadingSpec> readings,
    List<AnomalySpec> anomalies,
    Optional<Question> asks) {

  public SensorSpec {
    readings = Collections.unmodifiableMap(new LinkedHashMap<>(readings));
    anomalies = List.copyOf(anomalies);
  }

  /**
   * What is asked of a device.
   *
   * @param task by name
   * @param request fields of the request; <code>{name}</code> in a text stands for a reading
   * @param inTurn whether sensors that do so ask one after the other, never two at the same time
   * @param otherwise what is asked of a device that does not serve the task, if it serves this one
   */
  public record Question(
      String task, Map<String, Object> request, boolean inTurn, Optional<Question> otherwise) {

    /** What is asked of a device that serves these tasks. */
    public Question of(Set<String> tasks) {
      return tasks.contains(task)
          ? this
          : otherwise.filter(other -> tasks.contains(other.task())).orElse(this);
    }
  }
}
