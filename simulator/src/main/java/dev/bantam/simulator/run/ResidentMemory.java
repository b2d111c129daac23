package dev.bantam.simulator.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Memory of processes, as Linux counts it: {@code VmRSS} of {@code /proc/PID/status} (proc(5)).
 * Elsewhere nothing is known. Blocks on files.
 */
final class ResidentMemory {

  private static final Path PROC = Path.of("/proc");
  private static final String RESIDENT = "VmRSS:";
  private static final long KIB = 1024;

  private ResidentMemory() {}

  /** Of all that are there, by name. */
  static Map<String, Long> of(List<WatchedProcess> processes) {
    Map<String, Long> bytes = new TreeMap<>();
    for (WatchedProcess process : processes) {
      of(process.pid()).ifPresent(resident -> bytes.merge(process.name(), resident, Long::sum));
    }
    return bytes;
  }

  private static OptionalLong of(long pid) {
    try {
      return Files.readAllLines(PROC.resolve(Long.toString(pid)).resolve("status")).stream()
          .filter(line -> line.startsWith(RESIDENT))
          .map(line -> line.replaceAll("[^0-9]", ""))
          .mapToLong(kibibytes -> Long.parseLong(kibibytes) * KIB)
          .findFirst();
    } catch (IOException e) {
      // The process has ended, or this is not Linux.
      return OptionalLong.empty();
    }
  }
}
