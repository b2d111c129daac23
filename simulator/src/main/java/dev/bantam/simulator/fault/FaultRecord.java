package dev.bantam.simulator.fault;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A fault that there was in a run.
 *
 * @param kind as scenarios have it
 * @param target what it was aimed at; empty for the broker and for everything
 * @param beganSeconds since the run's start, by the wall
 * @param mendedSeconds likewise; empty for what is over at once
 * @param problem why it could not be done as the scenario has it, if so
 */
public record FaultRecord(
    String kind,
    Optional<String> target,
    double beganSeconds,
    Optional<Double> mendedSeconds,
    Optional<String> problem) {

  FaultRecord mended(double seconds) {
    return new FaultRecord(kind, target, beganSeconds, Optional.of(seconds), problem);
  }

  FaultRecord failed(String why) {
    return new FaultRecord(
        kind, target, beganSeconds, mendedSeconds, Optional.of(problem.orElse(why)));
  }

  /** For people: the kind, and what it was aimed at. */
  public String title() {
    return kind + target.map(name -> " of " + name).orElse("");
  }

  /** As JSON's maps and values. */
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("kind", kind);
    target.ifPresent(name -> fields.put("target", name));
    fields.put("began_s", beganSeconds);
    mendedSeconds.ifPresent(seconds -> fields.put("mended_s", seconds));
    problem.ifPresent(why -> fields.put("problem", why));
    return fields;
  }
}
