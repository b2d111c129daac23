package dev.bantam.simulator.device;

import dev.bantam.simulator.scenario.DeviceSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How a device's memory and processors are limited. What the machine permits best is used: a
 * control group, or else options of the JVM, which do not limit native memory.
 */
sealed interface Limits permits Limits.None, Limits.InProcess, Cgroup {

  /** What is used, for people. */
  String words();

  /** Options of the device's JVM. */
  List<String> jvmOptions();

  /** The command that runs {@code command} within the limits. */
  List<String> around(List<String> command);

  /** Takes away what was made. */
  void remove();

  /** The best that there is here. */
  static Limits of(DeviceSpec spec, Path cgroups) throws SetupException {
    if (spec.memoryBytes().isEmpty() && spec.cpus().isEmpty()) {
      return new None();
    }
    return Cgroup.create(spec, cgroups)
        .<Limits>map(group -> group)
        .orElseGet(() -> new InProcess(spec));
  }

  /** No limits are asked for. */
  record None() implements Limits {
    @Override
    public String words() {
      return "no limits";
    }

    @Override
    public List<String> jvmOptions() {
      return List.of();
    }

    @Override
    public List<String> around(List<String> command) {
      return command;
    }

    @Override
    public void remove() {}
  }

  /** Options of the JVM, and where there is taskset, certain processors. */
  record InProcess(DeviceSpec spec) implements Limits {

    private static final Path TASKSET = Path.of("/usr/bin/taskset");

    /** What a device needs beside the heap, roughly: the JVM's own and native memory. */
    private static final double HEAP_PART = 0.5;

    private static final long MEBI = 1024 * 1024;

    private int processors() {
      int most = Runtime.getRuntime().availableProcessors();
      return spec.cpus().map(cpus -> Math.min(most, (int) Math.ceil(cpus))).orElse(most);
    }

    @Override
    public String words() {
      List<String> words = new ArrayList<>();
      spec.memoryBytes().ifPresent(bytes -> words.add("-Xmx%dm".formatted(heapMebis(bytes))));
      spec.cpus().ifPresent(cpus -> words.add(processors() + " whole processors"));
      return "in-process limits only (%s), for no control group can be made here"
          .formatted(String.join(", ", words));
    }

    private static long heapMebis(long bytes) {
      return Math.max(32, (long) (bytes * HEAP_PART) / MEBI);
    }

    @Override
    public List<String> jvmOptions() {
      List<String> options = new ArrayList<>();
      spec.memoryBytes().ifPresent(bytes -> options.add("-Xmx%dm".formatted(heapMebis(bytes))));
      spec.cpus().ifPresent(cpus -> options.add("-XX:ActiveProcessorCount=" + processors()));
      return options;
    }

    @Override
    public List<String> around(List<String> command) {
      if (spec.cpus().isEmpty() || !Files.isExecutable(TASKSET)) {
        return command;
      }
      List<String> whole = new ArrayList<>(List.of(TASKSET.toString(), "-c"));
      whole.add("0-" + (processors() - 1));
      whole.addAll(command);
      return whole;
    }

    @Override
    public void remove() {}
  }

  /** The time of a processor, in the kernel's microseconds. */
  static long quotaMicros(double cpus, long periodMicros) {
    return Math.max(1000, Math.round(cpus * periodMicros));
  }

  /** A number of bytes for people. */
  static String mebis(long bytes) {
    return String.format(Locale.ROOT, "%d MiB", bytes / (1024 * 1024));
  }

  /** Writes to a file of the kernel's. */
  static void write(Path file, String text) throws IOException {
    Files.writeString(file, text);
  }
}
