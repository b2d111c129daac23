package dev.bantam.simulator.scenario;

import java.util.List;
import java.util.Optional;

/**
 * Events of a device that must come in a certain order, and no others of their kinds.
 *
 * @param id their name in reports
 * @param device whose events they are
 * @param kinds that are looked at
 * @param by the detail that stands behind an event's kind; empty for the kind alone
 * @param are what must come, the first first: {@code kind} or {@code kind detail}; empty for none
 */
public record EventSpec(
    String id, String device, List<String> kinds, Optional<String> by, List<String> are) {

  public EventSpec {
    kinds = List.copyOf(kinds);
    are = List.copyOf(are);
  }
}
