package dev.bantam.runtime.machine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The logical processors of a machine, counted from 0.
 *
 * @param allowed those that this process may run on, ascending; empty where the kernel does not say
 * @param cores one of each core among them: the fastest cores first, and among equals the one with
 *     the highest number, for the system's own work mostly is on the first
 */
public record Processors(List<Integer> allowed, List<Integer> cores) {

  private static final String FOLDER = "sys/devices/system/cpu/cpu";

  public Processors {
    allowed = List.copyOf(allowed);
    cores = List.copyOf(cores);
  }

  /**
   * @param root {@code /}, or a folder that looks like it
   */
  public static Processors of(Path root) {
    List<Integer> allowed =
        SystemFiles.lines(root, "proc/self/status").stream()
            .filter(line -> line.startsWith("Cpus_allowed_list:"))
            .findFirst()
            .map(line -> numbers(line.substring(line.indexOf(':') + 1)))
            .orElse(List.of());
    List<Integer> cores = new ArrayList<>();
    Set<Integer> seen = new HashSet<>();
    for (int processor : allowed) {
      if (seen.add(processor)) {
        cores.add(processor);
        seen.addAll(siblings(root, processor));
      }
    }
    cores.sort(
        Comparator.comparingLong((Integer processor) -> speed(root, processor))
            .thenComparing(Comparator.naturalOrder())
            .reversed());
    return new Processors(allowed, cores);
  }

  private static List<Integer> siblings(Path root, int processor) {
    return SystemFiles.lines(root, FOLDER + processor + "/topology/thread_siblings_list").stream()
        .limit(1)
        .flatMap(line -> numbers(line).stream())
        .toList();
  }

  /** In what unit ever, the same for all processors of a machine. */
  private static long speed(Path root, int processor) {
    Path folder = root.resolve(FOLDER + processor);
    return SystemFiles.number(folder, "cpu_capacity", 0)
        .orElseGet(() -> SystemFiles.number(folder, "cpufreq/cpuinfo_max_freq", 0).orElse(0));
  }

  /** Of a list as the kernel writes it: {@code 0-3,8}. */
  static List<Integer> numbers(String list) {
    List<Integer> numbers = new ArrayList<>();
    for (String part : list.trim().split(",")) {
      if (part.matches("[0-9]{1,5}(-[0-9]{1,5})?")) {
        String[] ends = part.split("-");
        for (int i = Integer.parseInt(ends[0]); i <= Integer.parseInt(ends[ends.length - 1]); i++) {
          numbers.add(i);
        }
      }
    }
    return numbers;
  }
}
