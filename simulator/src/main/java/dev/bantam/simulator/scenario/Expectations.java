package dev.bantam.simulator.scenario;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What must have come of a run. Counts, rates and shares are numbers; times are in milliseconds,
 * sizes in MiB.
 *
 * @param atMost bounds from above, by metric
 * @param atLeast bounds from below, by metric
 * @param detections that are compared with the anomalies that there were
 * @param orders of messages that are listened to
 * @param events of devices
 */
public record Expectations(
    Map<Metric, Double> atMost,
    Map<Metric, Double> atLeast,
    List<DetectionSpec> detections,
    List<OrderSpec> orders,
    List<EventSpec> events) {

  /** Nothing at all. */
  public static final Expectations NONE = ofBounds(Map.of(), Map.of());

  public Expectations {
    atMost = Collections.unmodifiableMap(new TreeMap<>(atMost));
    atLeast = Collections.unmodifiableMap(new TreeMap<>(atLeast));
    detections = List.copyOf(detections);
    orders = List.copyOf(orders);
    events = List.copyOf(events);
  }

  /** Nothing but bounds. */
  public static Expectations ofBounds(Map<Metric, Double> atMost, Map<Metric, Double> atLeast) {
    return new Expectations(atMost, atLeast, List.of(), List.of(), List.of());
  }

  /** The same but for what a short run cannot show: a JVM that warms up grows, too. */
  Expectations shortened() {
    Map<Metric, Double> most = new TreeMap<>(atMost);
    most.remove(Metric.SWAP_MEMORY_GROWTH);
    most.remove(Metric.MEMORY_RATIO);
    return new Expectations(most, atLeast, detections, orders, events);
  }

  /** What a metric is counted in. */
  public enum Unit {
    COUNT(""),
    A_SECOND(""),
    /** From 0 to 1. */
    SHARE(""),
    /** How many times as much. */
    RATIO(""),
    MILLIS("_ms"),
    MIB("_mib");

    private final String suffix;

    Unit(String suffix) {
      this.suffix = suffix;
    }

    /** What stands behind a metric's name in reports. */
    public String suffix() {
      return suffix;
    }
  }

  /** What can be expected; the name in lower case is the key. */
  public enum Metric {
    /** Messages of sensors and logs that were dropped or never acknowledged. */
    LOST_MESSAGES(Unit.COUNT),
    /** Messages of sensors and logs that went out, of each second of the run. */
    MESSAGES_PER_SECOND(Unit.A_SECOND),
    /** Requests that were sent. */
    SENT_REQUESTS(Unit.COUNT),
    ANSWERED_REQUESTS(Unit.COUNT),
    REFUSED_REQUESTS(Unit.COUNT),
    EXPIRED_REQUESTS(Unit.COUNT),
    /** Requests without any answer. */
    LOST_REQUESTS(Unit.COUNT),
    /** Answers, of each second of the run. */
    ANSWERS_PER_SECOND(Unit.A_SECOND),
    /** Further answers to requests that were answered already. */
    EXTRA_ANSWERS(Unit.COUNT),
    /** Answers to requests that counted as lost already. */
    LATE_ANSWERS(Unit.COUNT),
    /** Answers that came after one to a request that was sent later by the same application. */
    OVERTAKEN_ANSWERS(Unit.COUNT),
    /** Pieces of text, and messages on topics of which it is wanted, not in their order. */
    OUT_OF_ORDER(Unit.COUNT),
    LATENCY_P50(Unit.MILLIS),
    LATENCY_P90(Unit.MILLIS),
    LATENCY_P99(Unit.MILLIS),
    LATENCY_MAX(Unit.MILLIS),
    /** How late the simulator itself was. */
    LAG_P99(Unit.MILLIS),
    /** By how much the memory of the process that grew most has grown. */
    MEMORY_GROWTH(Unit.MIB),
    /** Memory of its own that the process that grew most has at last, by what it had before. */
    MEMORY_RATIO(Unit.RATIO),
    /** The part of detections that are right. */
    PRECISION(Unit.SHARE),
    /** The part of anomalies that were found. */
    RECALL(Unit.SHARE),
    /** The harmonic mean of both. */
    F1(Unit.SHARE),
    /** Requests that were told to be cancelled though nobody had cancelled them. */
    WRONGLY_CANCELLED(Unit.COUNT),
    /** Refusals that do not say when it makes sense to ask again. */
    REFUSED_WITHOUT_HINT(Unit.COUNT),
    /** Answers more than a second after the deadline that the request carried. */
    OVERDUE_ANSWERS(Unit.COUNT),
    /** Answers that are not those of the version that they name, or of no version. */
    MIXED_ANSWERS(Unit.COUNT),
    SUCCESSFUL_SWAPS(Unit.COUNT),
    /** Swaps that a newer wish ended. */
    SUPERSEDED_SWAPS(Unit.COUNT),
    /** Swaps that ended otherwise, or not at all, or that there was no time for. */
    FAILED_SWAPS(Unit.COUNT),
    /** From the wish to the first answer by the new version, of half of the swaps. */
    FIRST_ANSWER_P50(Unit.MILLIS),
    /** The latency of 99 of 100 answers with swaps, by that in the quiet phase. */
    P99_RATIO(Unit.RATIO),
    /** Memory after 200 swaps by that after 10. */
    SWAP_MEMORY_RATIO(Unit.RATIO),
    /** By how much memory grows after the first tenth of the swaps. */
    SWAP_MEMORY_GROWTH(Unit.MIB),
    /** Events of devices that are missing, came too often, or in another order. */
    WRONG_EVENTS(Unit.COUNT);

    private static final Set<Metric> OF_SWAPS = EnumSet.range(SUCCESSFUL_SWAPS, SWAP_MEMORY_GROWTH);

    private final Unit unit;

    Metric(Unit unit) {
      this.unit = unit;
    }

    /** What it is counted in. */
    public Unit unit() {
      return unit;
    }

    /** Whether it is of swaps. */
    boolean isOfSwaps() {
      return OF_SWAPS.contains(this);
    }

    /** Whether it is of detections. */
    boolean isOfDetections() {
      return unit == Unit.SHARE;
    }
  }
}
