package dev.bantam.inference.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * This process's memory, from Linux's {@code /proc/self/status}, in bytes.
 *
 * @param anonymous resident memory that is no file's ({@code RssAnon}): what cannot be dropped
 * @param file resident pages of mapped files ({@code RssFile}): evictable
 * @param swap memory swapped out ({@code VmSwap})
 */
public record ProcessMemory(long anonymous, long file, long swap) {

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final long KIB = 1024;

  /** The memory now; empty on systems that are not Linux. */
  public static Optional<ProcessMemory> read() {
    try {
      return Files.isReadable(STATUS)
          ? Optional.of(parse(Files.readString(STATUS)))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
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
