package dev.bantam.simulator.device;

import dev.bantam.simulator.scenario.DeviceSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A control group of version 1 or 2 around one device. A shell enters it before it becomes the
 * device, so the JVM sees its limits from the start. File names are those of the kernel's {@code
 * Documentation/admin-guide/cgroup-v1} and {@code cgroup-v2.rst}.
 *
 * @param version 1 or 2
 * @param folders one for each controller of version 1; a single one of version 2
 * @param limits in words
 */
record Cgroup(int version, List<Path> folders, String limits) implements Limits {

  private static final Logger LOG = LoggerFactory.getLogger(Cgroup.class);

  /** What the names of all groups begin with. */
  static final String PREFIX = "bantam-sim-";

  private static final long PERIOD_MICROS = 100_000;
  private static final int PATIENCE = 100;

  /**
   * Makes the groups; empty if this machine does not permit it.
   *
   * @param mount usually {@code /sys/fs/cgroup}
   */
  static Optional<Cgroup> create(DeviceSpec spec, Path mount) {
    String name = PREFIX + Owner.here() + "-" + spec.id();
    List<Path> made = new ArrayList<>();
    try {
      if (Files.exists(mount.resolve("cgroup.controllers"))) {
        return Optional.of(second(spec, make(mount.resolve(name), made)));
      }
      if (spec.memoryBytes().isPresent()) {
        Path folder = make(mount.resolve("memory").resolve(name), made);
        Limits.write(
            folder.resolve("memory.limit_in_bytes"), Long.toString(spec.memoryBytes().get()));
      }
      if (spec.cpus().isPresent()) {
        Path folder = make(mount.resolve("cpu").resolve(name), made);
        Limits.write(folder.resolve("cpu.cfs_period_us"), Long.toString(PERIOD_MICROS));
        Limits.write(folder.resolve("cpu.cfs_quota_us"), quota(spec.cpus().get()));
      }
      return Optional.of(new Cgroup(1, List.copyOf(made), describe(spec)));
    } catch (IOException | UnsupportedOperationException e) {
      LOG.debug("no control group for {}", spec.id(), e);
      new Cgroup(1, made, "").remove();
      return Optional.empty();
    }
  }

  private static Cgroup second(DeviceSpec spec, Path folder) throws IOException {
    if (spec.memoryBytes().isPresent()) {
      Limits.write(folder.resolve("memory.max"), Long.toString(spec.memoryBytes().get()));
    }
    if (spec.cpus().isPresent()) {
      Limits.write(folder.resolve("cpu.max"), quota(spec.cpus().get()) + " " + PERIOD_MICROS);
    }
    return new Cgroup(2, List.of(folder), describe(spec));
  }

  private static Path make(Path folder, List<Path> made) throws IOException {
    Files.createDirectory(folder);
    made.add(folder);
    return folder;
  }

  private static String quota(double cpus) {
    return Long.toString(Limits.quotaMicros(cpus, PERIOD_MICROS));
  }

  private static String describe(DeviceSpec spec) {
    List<String> words = new ArrayList<>();
    spec.memoryBytes().ifPresent(bytes -> words.add(Limits.mebis(bytes)));
    spec.cpus().ifPresent(cpus -> words.add(cpus + " cpus"));
    return String.join(", ", words);
  }

  @Override
  public String words() {
    return "cgroup v%d: %s".formatted(version, limits);
  }

  @Override
  public List<String> jvmOptions() {
    return List.of();
  }

  @Override
  public List<String> around(List<String> command) {
    StringBuilder script = new StringBuilder();
    for (Path folder : folders) {
      script.append("echo $$ > '").append(folder.resolve("cgroup.procs")).append("' && ");
    }
    script.append("exec \"$@\"");
    List<String> whole = new ArrayList<>(List.of("/bin/sh", "-c", script.toString(), "sh"));
    whole.addAll(command);
    return whole;
  }

  /** A group that was just left may be busy for a moment. */
  @Override
  public void remove() {
    for (Path folder : folders) {
      for (int tries = 0; tries < PATIENCE && Files.exists(folder); tries++) {
        try {
          Files.deleteIfExists(folder);
        } catch (IOException e) {
          pause();
        }
      }
      if (Files.exists(folder)) {
        LOG.warn("the control group {} could not be removed", folder);
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
