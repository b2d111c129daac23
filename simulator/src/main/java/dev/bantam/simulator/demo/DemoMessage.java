package dev.bantam.simulator.demo;

import java.util.Map;

/**
 * A message of a sensor and what is asked about it.
 *
 * @param sensor its id
 * @param title as people call it
 * @param readings by name, as text with units
 * @param task what is asked
 * @param request the request's fields
 */
public record DemoMessage(
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
