package dev.bantam.simulator.swap;

import dev.bantam.simulator.app.Latencies.Figures;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What became of the swaps of a run.
 *
 * @param slots one for each slot whose models were replaced
 * @param firstAnswer of all slots
 * @param versions answers that were the named version's own, by version
 * @param mixed answers that were not
 * @param mixedExamples the first of them, for people
 * @param phases the quiet one and that of swaps, where the scenario has phases
 * @param memoryRatio memory after 200 swaps by that after 10
 * @param memoryGrowthMib from the second tenth of the swaps to the last
 */
public record SwapsReport(
    List<SlotReport> slots,
    Figures firstAnswer,
    Map<String, Long> versions,
    long mixed,
    List<String> mixedExamples,
    List<PhaseReport> phases,
    Optional<Double> memoryRatio,
    Optional<Double> memoryGrowthMib) {

  public SwapsReport {
    slots = List.copyOf(slots);
    versions = new TreeMap<>(versions);
    mixedExamples = List.copyOf(mixedExamples);
    phases = List.copyOf(phases);
  }

  /** Sum over all slots; empty without any. */
  public Optional<Double> sum(ToLongFunction<SlotReport> what) {
    return slots.isEmpty()
        ? Optional.empty()
        : Optional.of((double) slots.stream().mapToLong(what).sum());
  }

  /** Answers that were not the named version's own; empty if none were compared. */
  public Optional<Double> mixedAnswers() {
    return mixed == 0 && versions.isEmpty() ? Optional.empty() : Optional.of((double) mixed);
  }

  /** The time of 99 of 100 answers with swaps by that without; empty where one has no answers. */
  public Optional<Double> p99Ratio() {
    return phases.size() < 2 || phases.stream().anyMatch(phase -> phase.latency().count() == 0)
        ? Optional.empty()
        : Optional.of(
            phases.get(1).latency().p99() / Math.max(1e-3, phases.get(0).latency().p99()));
  }

  /** As JSON's maps and values. */
  public Map<String, @Nullable Object> fields() {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("slots", slots.stream().map(SlotReport::fields).toList());
    fields.put("versions", versions);
    fields.put("mixed", mixed);
    fields.put("mixed_examples", mixedExamples);
    fields.put("phases", phases.stream().map(PhaseReport::fields).toList());
    fields.put("p99_ratio", p99Ratio().orElse(null));
    fields.put("memory_ratio", memoryRatio.orElse(null));
    fields.put("memory_growth_mib", memoryGrowthMib.orElse(null));
    return fields;
  }
}
