package dev.bantam.runtime.profile;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a machine says of itself.
 *
 * @param architecture {@code x86_64}, {@code aarch64}, or whatever the JVM calls it
 * @param deviceTreeModel {@code /proc/device-tree/model}; empty on machines without a device tree
 * @param cpuModel the processor's name, if {@code /proc/cpuinfo} gives one
 * @param cpuFeatures flags (x86) or features (ARM) of the first core
 * @param cores physical cores
 * @param hardwareThreads logical processors
 * @param cpuLimit processors that the control group allows, rounded up; empty without a limit
 * @param memoryBytes memory of the machine
 * @param memoryLimitBytes memory that the control group allows; empty without a limit
 * @param tegraRelease first line of {@code /etc/nv_tegra_release}
 */
public record Hardware(
    String architecture,
    Optional<String> deviceTreeModel,
    Optional<String> cpuModel,
    Set<String> cpuFeatures,
    int cores,
    int hardwareThreads,
    OptionalLong cpuLimit,
    long memoryBytes,
    OptionalLong memoryLimitBytes,
    Optional<String> tegraRelease) {

  public Hardware {
    cpuFeatures = new TreeSet<>(cpuFeatures);
  }

  /** As if it had so much memory, and no limit. */
  public Hardware withMemory(long bytes) {
    return new Hardware(
        architecture,
        deviceTreeModel,
        cpuModel,
        cpuFeatures,
        cores,
        hardwareThreads,
        cpuLimit,
        bytes,
        OptionalLong.empty(),
        tegraRelease);
  }

  /** Cores that this process can use: its control group's limit counted in. At least 1. */
  public int usableCores() {
    return (int) Math.max(1, Math.min(cores, cpuLimit.orElse(cores)));
  }

  /** Memory that this process can use: its control group's limit counted in. */
  public long usableMemoryBytes() {
    return Math.min(memoryBytes, memoryLimitBytes.orElse(memoryBytes));
  }
}
