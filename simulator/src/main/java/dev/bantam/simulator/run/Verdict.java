package dev.bantam.simulator.run;

import dev.bantam.simulator.scenario.Expectations.Metric;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Whether one expectation holds.
 *
 * @param metric what is measured
 * @param atMost whether the bound is from above, or else from below
 * @param bound a count, or milliseconds
 * @param found likewise
 */
public record Verdict(Metric metric, boolean atMost, double bound, double found) {

  /** Whether it holds. */
  public boolean ok() {
    return atMost ? found <= bound : found >= bound;
  }

  /** As JSON's maps and values. */
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("what", name());
    fields.put(atMost ? "at_most" : "at_least", bound);
    fields.put("found", found);
    fields.put("ok", ok());
    return fields;
  }

  /** {@code lost_requests}; with {@code _ms} where it is a time. */
  public String name() {
    return metric.name().toLowerCase(Locale.ROOT) + (metric.isTime() ? "_ms" : "");
  }
}
