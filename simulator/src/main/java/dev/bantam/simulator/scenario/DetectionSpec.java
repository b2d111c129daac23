package dev.bantam.simulator.scenario;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Messages that say that somebody has found an anomaly, to be compared with those that there were.
 *
 * @param id their name in reports
 * @param topic filter of the topics that they come on
 * @param labels of the anomalies that they are about; empty for all
 * @param when what a message must say to count; empty if every message does
 * @param source the field that names the sensor or log; empty if a message can be about any
 * @param within how long after an anomaly's end it may still be found
 */
public record DetectionSpec(
    String id,
    String topic,
    Set<String> labels,
    Optional<When> when,
    Optional<String> source,
    Duration within) {

  public DetectionSpec {
    labels = Set.copyOf(labels);
  }

  /**
   * A field of the message's JSON and what it must be.
   *
   * @param field by name
   * @param values as texts, one of which it must be
   */
  public record When(String field, Set<String> values) {

    public When {
      values = Set.copyOf(values);
    }
  }
}
