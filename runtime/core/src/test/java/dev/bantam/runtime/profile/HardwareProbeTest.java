package dev.bantam.runtime.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HardwareProbeTest {

  @TempDir Path root;

  private void file(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private Hardware read() {
    return new HardwareProbe(root, "amd64").read();
  }

  @Test
  void shouldReadBoard() {
    // When
    Hardware pi =
        new HardwareProbe(Path.of("src/test/resources/hardware/raspberry-pi-4"), "aarch64").read();

    // Then
    assertThat(pi.deviceTreeModel()).contains("Raspberry Pi 4 Model B Rev 1.1");
    assertThat(pi.cpuFeatures())
        .containsExactlyInAnyOrder("fp", "asimd", "evtstrm", "crc32", "cpuid");
    assertThat(pi.cores()).isEqualTo(4);
    assertThat(pi.memoryBytes()).isEqualTo(3884336L * 1024);
    assertThat(pi.tegraRelease()).isEmpty();
    assertThat(pi.cpuLimit()).isEmpty();
    assertThat(pi.memoryLimitBytes()).isEmpty();
  }

  @Test
  void shouldCountCoresNotHyperThreads() throws IOException {
    // Given two sockets of one core with two threads each
    StringBuilder cpuinfo = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      cpuinfo.append(
          "processor\t: %d\nphysical id\t: %d\ncore id\t\t: 0\nflags\t\t: avx2 fma\n\n"
              .formatted(i, i / 2));
    }
    file("proc/cpuinfo", cpuinfo.toString());

    // When / Then
    assertThat(read().cores()).isEqualTo(2);
    assertThat(read().hardwareThreads()).isEqualTo(4);
  }

  @Test
  void shouldReadControlGroupsOfVersion2AlongThePath() throws IOException {
    // Given a limit on the group and a lower one above it
    file("proc/meminfo", "MemTotal: 8000000 kB\n");
    file("proc/self/cgroup", "0::/system.slice/bantam.service\n");
    file("sys/fs/cgroup/system.slice/bantam.service/memory.max", "2147483648\n");
    file("sys/fs/cgroup/system.slice/bantam.service/cpu.max", "max 100000\n");
    file("sys/fs/cgroup/system.slice/memory.max", "1073741824\n");
    file("sys/fs/cgroup/system.slice/cpu.max", "150000 100000\n");

    // When / Then
    assertThat(read().usableMemoryBytes()).isEqualTo(1L << 30);
    assertThat(read().cpuLimit()).hasValue(2);
  }

  @Test
  void shouldReadControlGroupsOfVersion1() throws IOException {
    // Given what a container sees: the host's path, and only its own group mounted
    file("proc/meminfo", "MemTotal: 8000000 kB\n");
    file("proc/self/cgroup", "5:memory:/docker/abc\n4:cpu,cpuacct:/docker/abc\n0::/docker/abc\n");
    file("sys/fs/cgroup/memory/memory.limit_in_bytes", "536870912\n");
    file("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "100000\n");
    file("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");

    // When / Then
    assertThat(read().usableMemoryBytes()).isEqualTo(512L << 20);
    assertThat(read().usableCores()).isEqualTo(1);
  }

  @Test
  void shouldTakeHugeAndMissingLimitsForNone() throws IOException {
    file("proc/meminfo", "MemTotal: 8000000 kB\n");
    file("proc/self/cgroup", "5:memory:/\n4:cpu:/\nnonsense\n");
    file("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    file("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
    file("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");

    assertThat(read().memoryLimitBytes()).isEmpty();
    assertThat(read().cpuLimit()).isEmpty();
    assertThat(read().usableMemoryBytes()).isEqualTo(8000000L * 1024);
  }

  @Test
  void shouldReadSomethingEverywhere() throws IOException {
    // Given an empty root, garbage, and this machine
    assertThat(read().usableCores()).isPositive();
    file("proc/cpuinfo", "garbage");
    file("proc/meminfo", "MemTotal: lots\n");
    file("proc/self/cgroup", "::::\n0::/../../etc\n");

    // When / Then
    assertThat(read().usableMemoryBytes()).isPositive();
    assertThat(HardwareProbe.thisMachine().usableCores()).isPositive();
    assertThat(HardwareProbe.thisMachine().usableMemoryBytes()).isPositive();
  }
}
