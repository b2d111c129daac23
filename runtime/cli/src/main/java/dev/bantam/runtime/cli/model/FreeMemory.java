package dev.bantam.runtime.cli.model;

import dev.bantam.inference.bench.ProcessMemory;
import dev.bantam.runtime.profile.HardwareProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What a command that loads a model by itself may take beside whatever runs on the machine. */
public final class FreeMemory {

  private static final Path MEMORY = Path.of("/proc/meminfo");
  private static final int KIB = 1024;

  /** The part of the free memory that a model may take. */
  private static final double SHARE = 0.8;

  private FreeMemory() {}

  /**
   * Whether there is room for so many bytes, and some left.
   *
   * @param besides processes that may share this one's control group, and its limit
   */
  public static boolean holds(long bytes, Long... besides) {
    return bytes <= SHARE * bytes(besides);
  }

  /** What the machine and this process's control group have left, in bytes. */
  public static long bytes(Long... besides) {
    long taken =
        Stream.concat(
                ProcessMemory.read().stream(),
                Stream.of(besides).flatMap(pid -> ProcessMemory.of(pid).stream()))
            .mapToLong(ProcessMemory::own)
            .sum();
    long allowed = HardwareProbe.thisMachine().usableMemoryBytes() - taken;
    try (var lines = Files.lines(MEMORY)) {
      return lines
          .filter(line -> line.startsWith("MemAvailable:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * KIB)
          .map(available -> Math.min(available, allowed))
          .findFirst()
          .orElse(allowed);
    } catch (IOException e) {
      return allowed;
    }
  }
}
