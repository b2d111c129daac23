package dev.bantam.simulator.swap;

import dev.bantam.simulator.app.Latencies.Figures;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * How long answers took to requests of one part of a run.
 *
 * @param name {@code quiet} or {@code swaps}
 * @param fromSeconds since the run's start, by the wall
 * @param toSeconds likewise
 * @param latency of all applications together
 * @param byApplication of each
 */
public record PhaseReport(
    String name,
    double fromSeconds,
    double toSeconds,
    Figures latency,
    Map<String, Figures> byApplication) {

  public PhaseReport {
    byApplication = new TreeMap<>(byApplication);
  }

  /** As JSON's maps and values. */
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", name);
    fields.put("from_s", fromSeconds);
    fields.put("to_s", toSeconds);
    fields.put("latency_ms", latency.fields());
    Map<String, Object> each = new LinkedHashMap<>();
    byApplication.forEach((id, figures) -> each.put(id, figures.fields()));
    fields.put("applications", each);
    return fields;
  }
}
