package dev.bantam.simulator.payload;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A sensor as its messages show it.
 *
 * @param id its name
 * @param title as people call it
 * @param model of which kind it is
 * @param units of its readings by their names, in their order; a word's is empty
 */
public record SensorFace(String id, String title, String model, Map<String, String> units) {

  public SensorFace {
    units = Collections.unmodifiableMap(new LinkedHashMap<>(units));
  }
}
