package dev.bantam.simulator.run;

import dev.bantam.simulator.scenario.Expectations.Metric;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether one expectation holds.
 *
 * @param metric what is measured
 * @param atMost whether the bound is from above, or else from below
 * @param bound in the metric's unit
 * @param found likewise; empty where there was nothing to measure, and then it does not hold
 */
public record Verdict(Metric metric, boolean atMost, double bound, Optional<Double> found) {

  /** Whether it holds. */
  public boolean ok() {
    return found.map(value -> atMost ? value <= bound : value >= bound).orElse(false);
  }

  /** As JSON's maps and values. */
  public Map<String, @Nullable Object> fields() {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("what", name());
    fields.put(atMost ? "at_most" : "at_least", bound);
    fields.put("found", found.orElse(null));
    fields.put("ok", ok());
    return fields;
  }

  /** {@code lost_requests}; with {@code _ms} where it is a time and {@code _mib} for memory. */
  public String name() {
    return metric.name().toLowerCase(Locale.ROOT) + metric.unit().suffix();
  }
}
