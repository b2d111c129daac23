package dev.bantam.simulator.scenario;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What must have come of a run. Counts are numbers; times are in milliseconds.
 *
 * @param atMost bounds from above, by metric
 * @param atLeast bounds from below, by metric
 */
public record Expectations(Map<Metric, Double> atMost, Map<Metric, Double> atLeast) {

  public Expectations {
    atMost = Collections.unmodifiableMap(new TreeMap<>(atMost));
    atLeast = Collections.unmodifiableMap(new TreeMap<>(atLeast));
  }

  /** What can be expected; the name in lower case is the key. */
  public enum Metric {
    /** Messages of sensors and logs that were dropped or never acknowledged. */
    LOST_MESSAGES,
    /** Requests that were sent. */
    SENT_REQUESTS,
    ANSWERED_REQUESTS,
    REFUSED_REQUESTS,
    EXPIRED_REQUESTS,
    /** Requests without any answer. */
    LOST_REQUESTS,
    /** Further answers to requests that were answered already. */
    EXTRA_ANSWERS,
    /** Pieces of text that did not come in their order. */
    OUT_OF_ORDER,
    LATENCY_P50,
    LATENCY_P99,
    LATENCY_MAX,
    /** How late the simulator itself was. */
    LAG_P99;

    /** Whether it is a time and not a count. */
    public boolean isTime() {
      return compareTo(LATENCY_P50) >= 0;
    }
  }
}
