package dev.bantam.simulator.run;

import dev.bantam.simulator.fault.FaultRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Something that happened at one time of a run.
 *
 * @param atSeconds since the run's start, by the wall
 * @param kind what sort of thing
 * @param text for people
 */
public record Mark(double atSeconds, Kind kind, String text) {

  /** What happens in runs. */
  public enum Kind {
    /** The scenario broke something, or mended it. */
    FAULT,
    /** A slot has another model, or its change of models is in another state. */
    SWAP,
    /** A device came or went, or got hotter or cooler. */
    DEVICE,
    /** A device says that something happened. */
    EVENT
  }

  /** Both ends of a fault. */
  static List<Mark> of(FaultRecord fault) {
    List<Mark> marks = new ArrayList<>();
    marks.add(new Mark(fault.beganSeconds(), Kind.FAULT, fault.title()));
    fault
        .mendedSeconds()
        .ifPresent(at -> marks.add(new Mark(at, Kind.FAULT, fault.title() + " is over")));
    return marks;
  }

  /** As JSON's maps and values. */
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("at_s", atSeconds);
    fields.put("kind", kind.name().toLowerCase(Locale.ROOT));
    fields.put("text", text);
    return fields;
  }
}
