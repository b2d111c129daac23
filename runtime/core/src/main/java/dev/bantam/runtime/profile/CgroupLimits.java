package dev.bantam.runtime.profile;

import dev.bantam.runtime.machine.ControlGroups;
import dev.bantam.runtime.machine.SystemFiles;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * What the control groups of this process allow: the least along the path to the root counts. Reads
 * version 1 ({@code memory.limit_in_bytes}, {@code cpu.cfs_quota_us}) and version 2 ({@code
 * memory.max}, {@code cpu.max}).
 *
 * @param memoryBytes empty without a limit
 * @param cpus rounded up; empty without a limit
 */
record CgroupLimits(OptionalLong memoryBytes, OptionalLong cpus) {

  /** Version 1 says "no limit" by a number near 2^63. */
  private static final long NO_LIMIT = 1L << 60;

  static CgroupLimits read(Path root) {
    ControlGroups groups = ControlGroups.of(root);
    return new CgroupLimits(
        least(groups.memory().stream().flatMapToLong(CgroupLimits::memory)),
        least(groups.cpu().stream().flatMapToLong(CgroupLimits::cpus)));
  }

  private static LongStream memory(Path folder) {
    return numbers(folder, "memory.max", 0, "memory.limit_in_bytes", 0);
  }

  private static LongStream cpus(Path folder) {
    long[] quota = numbers(folder, "cpu.max", 0, "cpu.cfs_quota_us", 0).toArray();
    long[] period = numbers(folder, "cpu.max", 1, "cpu.cfs_period_us", 0).toArray();
    if (quota.length == 0 || period.length == 0 || quota[0] <= 0 || period[0] <= 0) {
      return LongStream.empty();
    }
    return LongStream.of((quota[0] + period[0] - 1) / period[0]);
  }

  private static LongStream numbers(
      Path folder, String file2, int index2, String file1, int index1) {
    return LongStream.concat(
        SystemFiles.number(folder, file2, index2).stream(),
        SystemFiles.number(folder, file1, index1).stream());
  }

  private static OptionalLong least(LongStream limits) {
    return limits.filter(limit -> limit > 0 && limit < NO_LIMIT).min();
  }
}
