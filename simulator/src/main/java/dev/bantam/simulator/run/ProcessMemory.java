package dev.bantam.simulator.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Memory of processes, as Linux counts it in {@code /proc/PID/status} (proc(5)). Elsewhere nothing
 * is known. Blocks on files.
 */
final class ProcessMemory {

  private static final Path PROC = Path.of("/proc");
  private static final List<String> RESIDENT = List.of("VmRSS:");
  private static final List<String> OWN = List.of("RssAnon:", "VmSwap:");
  private static final long KIB = 1024;

  private ProcessMemory() {}

  /** What is in memory, of all that are there, by name: {@code VmRSS}. */
  static Map<String, Long> resident(List<WatchedProcess> processes) {
    return of(processes, RESIDENT);
  }

  /**
   * What belongs to the process alone, be it in memory or swapped out: {@code RssAnon + VmSwap}.
   * Files that are mapped are not in it, which the system takes away as it likes.
   */
  static Map<String, Long> own(List<WatchedProcess> processes) {
    return of(processes, OWN);
  }

  private static Map<String, Long> of(List<WatchedProcess> processes, List<String> fields) {
    Map<String, Long> bytes = new TreeMap<>();
    for (WatchedProcess process : processes) {
      of(process.pid(), fields)
          .ifPresent(resident -> bytes.merge(process.name(), resident, Long::sum));
    }
    return bytes;
  }

  private static OptionalLong of(long pid, List<String> fields) {
    try {
      return Files.readAllLines(PROC.resolve(Long.toString(pid)).resolve("status")).stream()
          .filter(line -> fields.stream().anyMatch(line::startsWith))
          .map(line -> line.replaceAll("[^0-9]", ""))
          .mapToLong(kibibytes -> Long.parseLong(kibibytes) * KIB)
          .reduce(Long::sum);
    } catch (IOException e) {
      // The process has ended, or this is not Linux.
      return OptionalLong.empty();
    }
  }
}
