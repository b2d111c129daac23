package dev.bantam.simulator.swap;

import dev.bantam.simulator.app.Latencies.Figures;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What became of the swaps of one slot: {@code count} is the sum of all results.
 *
 * @param id of the scenario's swaps
 * @param device whose slot it is
 * @param slot its name
 * @param count how many there were to be
 * @param results how many ended so; without those that none ended so
 * @param outcome time from the wish to the outcome, of successful ones
 * @param firstAnswer time from the wish to the new version's first answer, of successful ones whose
 *     version was asked before its slot got another
 * @param problems of the first that ended neither successful nor superseded
 */
public record SlotReport(
    String id,
    String device,
    String slot,
    int count,
    Map<SwapResult, Long> results,
    Figures outcome,
    Figures firstAnswer,
    List<String> problems) {

  public SlotReport {
    results = Collections.unmodifiableMap(new EnumMap<>(results));
    problems = List.copyOf(problems);
  }

  /** How many ended so. */
  public long of(SwapResult result) {
    return results.getOrDefault(result, 0L);
  }

  /** How many ended neither successful nor superseded. */
  public long failed() {
    return count - of(SwapResult.SUCCESSFUL) - of(SwapResult.SUPERSEDED);
  }

  /** Results as people read them. */
  public String words() {
    return results.entrySet().stream()
        .map(result -> result.getValue() + " " + result.getKey())
        .collect(Collectors.joining(" + "));
  }

  /** As JSON's maps and values. */
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", id);
    fields.put("device", device);
    fields.put("slot", slot);
    fields.put("count", count);
    Map<String, Object> byName = new LinkedHashMap<>();
    results.forEach((result, times) -> byName.put(result.name(), times));
    fields.put("results", byName);
    fields.put("outcome_ms", outcome.fields());
    fields.put("first_answer_ms", firstAnswer.fields());
    fields.put("problems", problems);
    return fields;
  }
}
