package dev.bantam.runtime.profile;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * What the control groups of this process allow: the least along the path to the root counts. Reads
 * version 1 ({@code memory.limit_in_bytes}, {@code cpu.cfs_quota_us}) and version 2 ({@code
 * memory.max}, {@code cpu.max}), which may be mounted side by side. The formats are those of the
 * kernel's {@code Documentation/admin-guide/cgroup-v1} and {@code cgroup-v2.rst}.
 *
 * @param memoryBytes empty without a limit
 * @param cpus rounded up; empty without a limit
 */
record CgroupLimits(OptionalLong memoryBytes, OptionalLong cpus) {

  /** Version 1 says "no limit" by a number near 2^63. */
  private static final long NO_LIMIT = 1L << 60;

  static CgroupLimits read(Path root) {
    List<Path> memory = new ArrayList<>();
    List<Path> cpu = new ArrayList<>();
    Path mounts = root.resolve("sys/fs/cgroup");
    for (String line : SystemFiles.lines(root, "proc/self/cgroup")) {
      String[] fields = line.split(":", 3);
      if (fields.length < 3) {
        continue;
      }
      List<String> controllers = Arrays.asList(fields[1].split(","));
      if (fields[1].isEmpty()) {
        List<Path> folders =
            Stream.of(mounts, mounts.resolve("unified"))
                .flatMap(mount -> towardsRoot(mount, fields[2]).stream())
                .toList();
        memory.addAll(folders);
        cpu.addAll(folders);
      }
      if (controllers.contains("memory")) {
        memory.addAll(towardsRoot(mounts.resolve("memory"), fields[2]));
      }
      if (controllers.contains("cpu")) {
        cpu.addAll(towardsRoot(mounts.resolve("cpu"), fields[2]));
        cpu.addAll(towardsRoot(mounts.resolve(fields[1]), fields[2]));
      }
    }
    return new CgroupLimits(
        least(memory.stream().flatMapToLong(CgroupLimits::memory)),
        least(cpu.stream().flatMapToLong(CgroupLimits::cpus)));
  }

  /**
   * The group's folder and all above it. In a container the group's path may be the host's, which
   * is not mounted; then only the mount itself, the container's own group, is there.
   */
  private static List<Path> towardsRoot(Path mount, String group) {
    List<Path> folders = new ArrayList<>();
    Path folder = mount.resolve(group.replaceFirst("^/+", "")).normalize();
    while (folder != null && folder.startsWith(mount)) {
      folders.add(folder);
      folder = folder.getParent();
    }
    return folders;
  }

  private static LongStream memory(Path folder) {
    return LongStream.concat(
        numbers(folder, "memory.max", 0), numbers(folder, "memory.limit_in_bytes", 0));
  }

  private static LongStream cpus(Path folder) {
    long[] quota =
        LongStream.concat(numbers(folder, "cpu.max", 0), numbers(folder, "cpu.cfs_quota_us", 0))
            .toArray();
    long[] period =
        LongStream.concat(numbers(folder, "cpu.max", 1), numbers(folder, "cpu.cfs_period_us", 0))
            .toArray();
    if (quota.length == 0 || period.length == 0 || quota[0] <= 0 || period[0] <= 0) {
      return LongStream.empty();
    }
    return LongStream.of((quota[0] + period[0] - 1) / period[0]);
  }

  /** The word at {@code index} of the file's first line, if it is a number ("max" is none). */
  private static LongStream numbers(Path folder, String file, int index) {
    return SystemFiles.lines(folder, file).stream()
        .findFirst()
        .map(line -> line.trim().split("\\s+"))
        .filter(words -> words.length > index && words[index].matches("[0-9]{1,18}"))
        .map(words -> LongStream.of(Long.parseLong(words[index])))
        .orElseGet(LongStream::empty);
  }

  private static OptionalLong least(LongStream limits) {
    return limits.filter(limit -> limit > 0 && limit < NO_LIMIT).min();
  }
}
