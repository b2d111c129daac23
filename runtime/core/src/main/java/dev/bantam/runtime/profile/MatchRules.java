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

  /**
   * One rule, held against a machine.
   *
   * @param rule its key
   * @param met whether the machine meets it
   * @param finding a sentence with what the machine has
   */
  public record Verdict(String rule, boolean met, String finding) {}

  /** Why a machine does not meet the rules, one sentence a rule; empty if it meets them all. */
  public List<String> unmet(Hardware machine) {
    return judge(machine).stream().filter(verdict -> !verdict.met()).map(Verdict::finding).toList();
  }

  /** All rules that are there, in the order of their keys in the documentation. */
  public List<Verdict> judge(Hardware machine) {
    List<Verdict> verdicts = new ArrayList<>();
    architecture.ifPresent(wanted -> verdicts.add(architecture(machine, wanted)));
    deviceTreeModel.ifPresent(wanted -> verdicts.add(model(machine, wanted)));
    if (!cpuFeatures.isEmpty()) {
      verdicts.add(features(machine));
    }
    cores(machine, verdicts);
    memory(machine, verdicts);
    tegra.ifPresent(wanted -> verdicts.add(tegra(machine, wanted)));
    return verdicts;
  }

  private static Verdict architecture(Hardware machine, String wanted) {
    boolean met = wanted.equals(machine.architecture());
    return new Verdict(
        "architecture",
        met,
        "architecture is " + machine.architecture() + (met ? "" : ", not " + wanted));
  }

  private static Verdict model(Hardware machine, Pattern wanted) {
    Optional<String> model = machine.deviceTreeModel();
    boolean met = model.filter(text -> wanted.matcher(text).matches()).isPresent();
    return new Verdict(
        "device_tree_model",
        met,
        model
                .map(
                    text ->
                        "device-tree model \"%s\" %s"
                            .formatted(text, met ? "matches" : "does not match"))
                .orElse("there is no device-tree model to match")
            + " \""
            + wanted
            + "\"");
  }

  private Verdict features(Hardware machine) {
    Set<String> missing = new TreeSet<>(cpuFeatures);
    missing.removeAll(machine.cpuFeatures());
    return new Verdict(
        "cpu_features",
        missing.isEmpty(),
        missing.isEmpty()
            ? "the CPU has " + String.join(", ", new TreeSet<>(cpuFeatures))
            : "the CPU lacks " + String.join(", ", missing));
  }

  private void cores(Hardware machine, List<Verdict> verdicts) {
    int cores = machine.usableCores();
    String there = cores + " usable cores, ";
    minCores.ifPresent(
        least ->
            verdicts.add(
                bound("min_cores", cores >= least, there, "at least", "fewer than", least + "")));
    maxCores.ifPresent(
        most ->
            verdicts.add(
                bound("max_cores", cores <= most, there, "at most", "more than", most + "")));
  }

  private void memory(Hardware machine, List<Verdict> verdicts) {
    long bytes = machine.usableMemoryBytes();
    String there = Quantities.show(bytes) + " of usable memory, ";
    minMemoryBytes.ifPresent(
        least ->
            verdicts.add(
                bound(
                    "min_memory",
                    bytes >= least,
                    there,
                    "at least",
                    "less than",
                    Quantities.show(least))));
    maxMemoryBytes.ifPresent(
        most ->
            verdicts.add(
                bound(
                    "max_memory",
                    bytes <= most,
                    there,
                    "at most",
                    "more than",
                    Quantities.show(most))));
  }

  private static Verdict bound(
      String rule, boolean met, String there, String within, String beyond, String limit) {
    return new Verdict(rule, met, there + (met ? within : beyond) + " " + limit);
  }

  private static Verdict tegra(Hardware machine, boolean wanted) {
    boolean there = machine.tegraRelease().isPresent();
    return new Verdict(
        "tegra", wanted == there, "/etc/nv_tegra_release is " + (there ? "there" : "not there"));
  }
}
