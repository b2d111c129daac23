package dev.bantam.runtime.profile;

import dev.bantam.documents.Section;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What the machines of a profile are like, for plans that are made elsewhere.
 *
 * @param cores physical cores; of several kinds of machines the fewest
 * @param memoryBytes the sizes that it is sold with
 * @param instructionSet words of {@code /proc/cpuinfo} that decide which kernels are fast
 */
public record ReferenceMachine(
    Optional<Integer> cores, List<Long> memoryBytes, Set<String> instructionSet) {

  private static final String MEMORY = "memory";

  public ReferenceMachine {
    memoryBytes = List.copyOf(memoryBytes);
    instructionSet = Set.copyOf(instructionSet);
  }

  /**
   * One of these machines.
   *
   * @param architecture as {@link Hardware#architecture()}
   * @param memory all of it, in bytes
   */
  public Hardware hardware(String architecture, long memory) {
    int there = cores.orElse(1);
    return new Hardware(
        architecture,
        Optional.empty(),
        Optional.empty(),
        instructionSet,
        there,
        there,
        OptionalLong.empty(),
        memory,
        OptionalLong.empty(),
        Optional.empty());
  }

  static ReferenceMachine of(Section root) {
    Section machine = root.section("machine");
    return new ReferenceMachine(
        machine.integer("cores"),
        machine.sizes(MEMORY),
        Set.copyOf(machine.texts("instruction_set").orElse(List.of())));
  }
}
