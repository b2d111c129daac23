package dev.bantam.runtime.health;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What this process takes of the machine. Blocking, for it reads {@code /proc}; what is not there
 * is left out.
 */
public final class ProcessFigures {

  private static final long KIB = 1024;
  private static final Map<String, String> NAMES =
      Map.of(
          "RssAnon:", "rss_anon_bytes",
          "RssFile:", "rss_file_bytes",
          "VmSwap:", "swap_bytes");

  private ProcessFigures() {}

  /**
   * What the process has to itself outside of the Java heap, in memory or swapped out, in bytes:
   * what models take, mostly. 0 where nobody says.
   */
  public static long nativeBytes() {
    Map<String, Object> memory = new LinkedHashMap<>();
    addMemory(memory);
    long own = bytes(memory, "rss_anon_bytes") + bytes(memory, "swap_bytes");
    return Math.max(0, own - Runtime.getRuntime().totalMemory());
  }

  private static long bytes(Map<String, Object> memory, String name) {
    return memory.get(name) instanceof Long found ? found : 0;
  }

  /**
   * {@code {"cpu_seconds","heap_bytes","rss_anon_bytes","rss_file_bytes","swap_bytes"}}: the CPU
   * time of all threads since the start of the process, and memory now.
   */
  public static Map<String, Object> read() {
    Map<String, Object> fields = new LinkedHashMap<>();
    ProcessHandle.current()
        .info()
        .totalCpuDuration()
        .map(Duration::toMillis)
        .ifPresent(ms -> fields.put("cpu_seconds", ms / 1_000.0));
    Runtime runtime = Runtime.getRuntime();
    fields.put("heap_bytes", runtime.totalMemory() - runtime.freeMemory());
    addMemory(fields);
    return fields;
  }

  private static void addMemory(Map<String, Object> fields) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        String[] words = line.split("\\s+");
        String name = NAMES.get(words[0]);
        if (name != null && words.length > 1) {
          fields.put(name, Long.parseLong(words[1]) * KIB);
        }
      }
    } catch (IOException notLinux) {
      return;
    }
  }
}
