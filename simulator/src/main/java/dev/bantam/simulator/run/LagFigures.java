package dev.bantam.simulator.run;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How late messages went out, from the time that the schedule has to the call that sends them.
 *
 * @param medianMs half of them were not later
 * @param p99Ms 99 of 100 were not later
 * @param maxMs the latest
 */
public record LagFigures(double medianMs, double p99Ms, double maxMs) {

  /** As JSON's maps and values, in milliseconds. */
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("median", medianMs);
    fields.put("p99", p99Ms);
    fields.put("max", maxMs);
    return fields;
  }
}
