package dev.bantam.simulator.schedule;

import dev.bantam.simulator.payload.Reading;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a sensor has measured.
 *
 * @param atNanos since the scenario's start
 * @param readings by name, in their order; those that are missing are left out
 * @param label the anomaly that changed one of them
 */
public record SensorSample(long atNanos, Map<String, Reading> readings, Optional<String> label) {

  /** The readings as people write them. */
  public Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    readings.forEach((name, reading) -> texts.put(name, reading.withUnit()));
    return texts;
  }
}
