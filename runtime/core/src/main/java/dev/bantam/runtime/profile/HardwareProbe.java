package dev.bantam.runtime.profile;

import dev.bantam.runtime.machine.SystemFiles;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads {@link Hardware} from {@code /proc}, {@code /sys} and {@code /etc}. What cannot be read
 * counts as not there: a probe never fails.
 */
public final class HardwareProbe {

  private final Path root;
  private final String jvmArchitecture;

  /**
   * @param root {@code /}, or a folder that looks like it
   * @param jvmArchitecture the system property {@code os.arch}
   */
  public HardwareProbe(Path root, String jvmArchitecture) {
    this.root = root;
    this.jvmArchitecture = jvmArchitecture;
  }

  /** Of the machine that this process runs on. */
  public static Hardware thisMachine() {
    return new HardwareProbe(Path.of("/"), System.getProperty("os.arch", "unknown")).read();
  }

  /**
   * Of the machine whose files lie below a folder; by them, too, what its architecture is.
   *
   * @param root a folder that looks like {@code /}
   */
  public static HardwareProbe of(Path root) {
    boolean arm =
        SystemFiles.lines(root, "proc/cpuinfo").stream()
            .anyMatch(line -> key(line).equals("CPU implementer"));
    return new HardwareProbe(root, arm ? "aarch64" : "amd64");
  }

  public Hardware read() {
    List<String> cpuinfo = lines("proc/cpuinfo");
    CgroupLimits limits = CgroupLimits.read(root);
    int threads = (int) cpuinfo.stream().filter(line -> key(line).equals("processor")).count();
    int hardwareThreads = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
    return new Hardware(
        architecture(),
        text("proc/device-tree/model"),
        value(cpuinfo, "model name"),
        features(cpuinfo),
        cores(cpuinfo).orElse(hardwareThreads),
        hardwareThreads,
        limits.cpus(),
        memory(),
        limits.memoryBytes(),
        lines("etc/nv_tegra_release").stream().findFirst());
  }

  private String architecture() {
    return switch (jvmArchitecture) {
      case "amd64", "x86_64", "x64" -> "x86_64";
      case "aarch64", "arm64" -> "aarch64";
      default -> jvmArchitecture;
    };
  }

  private static Set<String> features(List<String> cpuinfo) {
    return value(cpuinfo, "flags")
        .or(() -> value(cpuinfo, "Features"))
        .map(words -> Arrays.stream(words.split("\\s+")).collect(Collectors.toSet()))
        .orElse(Set.of());
  }

  /** Different pairs of socket and core; empty where cpuinfo does not name them, as on ARM. */
  private static Optional<Integer> cores(List<String> cpuinfo) {
    Set<String> cores = new HashSet<>();
    String socket = "";
    for (String line : cpuinfo) {
      if (key(line).equals("physical id")) {
        socket = valueOf(line);
      } else if (key(line).equals("core id")) {
        cores.add(socket + "/" + valueOf(line));
      }
    }
    return cores.isEmpty() ? Optional.empty() : Optional.of(cores.size());
  }

  private long memory() {
    return value(lines("proc/meminfo"), "MemTotal")
        .map(text -> text.replace("kB", "").trim())
        .filter(text -> text.matches("[0-9]{1,15}"))
        .map(text -> Long.parseLong(text) * 1024)
        .orElseGet(() -> Runtime.getRuntime().maxMemory());
  }

  private static Optional<String> value(List<String> lines, String key) {
    return lines.stream()
        .filter(line -> key(line).equals(key))
        .map(HardwareProbe::valueOf)
        .findFirst();
  }

  private static String key(String line) {
    int colon = line.indexOf(':');
    return colon < 0 ? "" : line.substring(0, colon).trim();
  }

  private static String valueOf(String line) {
    return line.substring(line.indexOf(':') + 1).trim();
  }

  /** A file's text without the zero byte that ends device-tree strings. */
  private Optional<String> text(String path) {
    String text = String.join("\n", lines(path)).replace("\0", "").trim();
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  private List<String> lines(String path) {
    return SystemFiles.lines(root, path);
  }
}
