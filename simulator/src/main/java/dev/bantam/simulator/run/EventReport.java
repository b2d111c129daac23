package dev.bantam.simulator.run;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Whether events came as they were expected.
 *
 * @param id their name
 * @param expected what had to come, the first first
 * @param found what came
 */
public record EventReport(String id, List<String> expected, List<String> found) {

  public EventReport {
    expected = List.copyOf(expected);
    found = List.copyOf(found);
  }

  /** From the first that is another one than expected, all that were expected or came. */
  public long wrong() {
    int alike =
        IntStream.range(0, Math.min(expected.size(), found.size()))
            .filter(i -> !expected.get(i).equals(found.get(i)))
            .findFirst()
            .orElse(Math.min(expected.size(), found.size()));
    return Math.max(expected.size(), found.size()) - alike;
  }

  /** As JSON's maps and values. */
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", id);
    fields.put("expected", expected);
    fields.put("found", found);
    return fields;
  }
}
