package dev.bantam.inference.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process's memory, from Linux's {@code /proc/PID/status}, in bytes.
 *
 * @param anonymous resident memory that is no file's ({@code RssAnon}): what cannot be dropped
 * @param file resident pages of mapped files ({@code RssFile}): evictable
 * @param swap memory swapped out ({@code VmSwap})
 */
public record ProcessMemory(long anonymous, long file, long swap) {

  private static final String SELF = "self";
  private static final long KIB = 1024;

  /** This process's memory now; empty on systems that are not Linux. */
  public static Optional<ProcessMemory> read() {
    return read(SELF);
  }

  /** That of another process; empty if there is none of this number, too. */
  public static Optional<ProcessMemory> of(long pid) {
    return read(String.valueOf(pid));
  }

  private static Optional<ProcessMemory> read(String process) {
    Path status = Path.of("/proc", process, "status");
    try {
      return Files.isReadable(status)
          ? Optional.of(parse(Files.readString(status)))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** What the process has to itself, in memory or swapped out. */
  public long own() {
    return anonymous + swap;
  }

  static ProcessMemory parse(String status) {
    return new ProcessMemory(
        bytes(status, "RssAnon:"), bytes(status, "RssFile:"), bytes(status, "VmSwap:"));
  }

  private static long bytes(String status, String key) {
    return status
        .lines()
        .filter(line -> line.startsWith(key))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * KIB)
        .findFirst()
        .orElse(0);
  }
}
