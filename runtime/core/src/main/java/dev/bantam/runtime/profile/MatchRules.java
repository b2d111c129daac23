package dev.bantam.runtime.profile;

import dev.bantam.documents.Quantities;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The hardware that a profile is for. A machine must meet every rule that is there.
 *
 * @param architecture as {@link Hardware#architecture()}
 * @param deviceTreeModel matched by the whole of {@link Hardware#deviceTreeModel()}
 * @param cpuFeatures all must be there
 * @param minCores fewest {@link Hardware#usableCores()}
 * @param maxCores most {@link Hardware#usableCores()}
 * @param minMemoryBytes least {@link Hardware#usableMemoryBytes()}
 * @param maxMemoryBytes most {@link Hardware#usableMemoryBytes()}
 * @param tegra whether {@link Hardware#tegraRelease()} must be there, or must not
 */
public record MatchRules(
    Optional<String> architecture,
    Optional<Pattern> deviceTreeModel,
    Set<String> cpuFeatures,
    Optional<Integer> minCores,
    Optional<Integer> maxCores,
    Optional<Long> minMemoryBytes,
    Optional<Long> maxMemoryBytes,
    Optional<Boolean> tegra) {

  public MatchRules {
    cpuFeatures = Set.copyOf(cpuFeatures);
  }

  /** Why a machine does not meet the rules, one sentence a rule; empty if it meets them all. */
  public List<String> unmet(Hardware machine) {
    List<String> unmet = new ArrayList<>();
    architecture
        .filter(wanted -> !wanted.equals(machine.architecture()))
        .ifPresent(
            wanted -> unmet.add("architecture is " + machine.architecture() + ", not " + wanted));
    deviceTreeModel
        .filter(
            wanted ->
                !machine.deviceTreeModel().filter(m -> wanted.matcher(m).matches()).isPresent())
        .ifPresent(wanted -> unmet.add(model(machine) + " \"" + wanted + "\""));
    Set<String> missing = new TreeSet<>(cpuFeatures);
    missing.removeAll(machine.cpuFeatures());
    if (!missing.isEmpty()) {
      unmet.add("the CPU lacks " + String.join(", ", missing));
    }
    cores(machine, unmet);
    memory(machine, unmet);
    tegra
        .filter(wanted -> wanted != machine.tegraRelease().isPresent())
        .ifPresent(
            wanted -> unmet.add("/etc/nv_tegra_release is " + (wanted ? "not there" : "there")));
    return unmet;
  }

  private static String model(Hardware machine) {
    return machine
        .deviceTreeModel()
        .map(model -> "device-tree model \"" + model + "\" does not match")
        .orElse("there is no device-tree model to match");
  }

  private void cores(Hardware machine, List<String> unmet) {
    int cores = machine.usableCores();
    minCores
        .filter(least -> cores < least)
        .ifPresent(least -> unmet.add("%d usable cores, fewer than %d".formatted(cores, least)));
    maxCores
        .filter(most -> cores > most)
        .ifPresent(most -> unmet.add("%d usable cores, more than %d".formatted(cores, most)));
  }

  private void memory(Hardware machine, List<String> unmet) {
    long bytes = machine.usableMemoryBytes();
    String there = Quantities.show(bytes) + " of usable memory, ";
    minMemoryBytes
        .filter(least -> bytes < least)
        .ifPresent(least -> unmet.add(there + "less than " + Quantities.show(least)));
    maxMemoryBytes
        .filter(most -> bytes > most)
        .ifPresent(most -> unmet.add(there + "more than " + Quantities.show(most)));
  }
}
