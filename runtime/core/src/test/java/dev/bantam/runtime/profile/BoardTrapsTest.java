package dev.bantam.runtime.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.runtime.profile.BoardTraps.Trap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoardTrapsTest {

  private static final Path MACHINES = Path.of("src/test/resources/hardware");

  @TempDir Path root;

  private static List<Trap> traps(Path folder) {
    Hardware machine = HardwareProbe.of(folder).read();
    return BoardTraps.of(folder, machine, DeviceProfiles.load().choose(machine).chosen());
  }

  private void kernel(String commandLine) throws IOException {
    Files.createDirectories(root.resolve("proc"));
    Files.writeString(root.resolve("proc/cmdline"), commandLine + "\n");
  }

  @Test
  void shouldSeeThatTheMemoryControlGroupIsOffAndSayWhatToDo() throws IOException {
    assertThat(traps(MACHINES.resolve("raspberry-pi-zero-2w")))
        .singleElement()
        .satisfies(
            trap ->
                assertThat(trap.advice())
                    .contains(
                        "cgroup_enable=memory cgroup_memory=1", "/boot/firmware/cmdline.txt"));

    kernel("console=tty1 cgroup_disable=memory rootwait");
    assertThat(traps(root)).hasSize(1);
  }

  @Test
  void shouldSeeThatItIsOnAgain() throws IOException {
    assertThat(traps(MACHINES.resolve("raspberry-pi-3"))).isEmpty();
    assertThat(traps(MACHINES.resolve("x86-n100"))).isEmpty();

    kernel("cgroup_disable=memory");
    Files.writeString(
        root.resolve("proc/cgroups"),
        "#subsys_name\thierarchy\tnum_cgroups\tenabled\nmemory\t0\t50\t1\n");
    assertThat(traps(root)).as("the kernel itself knows best").isEmpty();
  }

  @Test
  void shouldSeeAModeOfPowerThatTheProfileIsNotMeantFor() throws Exception {
    // Given
    DeviceProfiles profiles = DeviceProfiles.load();
    DeviceProfile pi = profiles.get("raspberry-pi-4");
    DeviceProfile jetson = profiles.get("jetson-orin-nano");
    Hardware machine = HardwareProbe.of(MACHINES.resolve("raspberry-pi-4")).read();
    Path governor = root.resolve("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
    Files.createDirectories(governor.getParent());
    Path mode = root.resolve("var/lib/nvpmodel/status");
    Files.createDirectories(mode.getParent());

    // When / Then
    assertThat(BoardTraps.of(root, machine, Optional.of(pi))).isEmpty();
    Files.writeString(governor, "ondemand\n");
    assertThat(BoardTraps.of(root, machine, Optional.of(pi))).isEmpty();
    Files.writeString(governor, "powersave\n");
    assertThat(BoardTraps.of(root, machine, Optional.of(pi)))
        .singleElement()
        .satisfies(
            trap -> {
              assertThat(trap.found()).contains("powersave", "raspberry-pi-4", "ondemand");
              assertThat(trap.advice()).contains("cpupower frequency-set");
            });
    assertThat(BoardTraps.of(root, machine, Optional.of(profiles.get("x86-gateway")))).isEmpty();
    Files.writeString(mode, "pmode:0001\n");
    Files.createDirectories(root.resolve("etc"));
    Files.writeString(root.resolve("etc/nvpmodel.conf"), "< POWER_MODEL ID=1 NAME=7W >\n");
    assertThat(BoardTraps.of(root, machine, Optional.of(jetson)))
        .singleElement()
        .satisfies(
            trap -> {
              assertThat(trap.found()).contains("mode of power is 7W");
              assertThat(trap.advice()).contains("nvpmodel -m ID");
            });
    Files.writeString(root.resolve("etc/nvpmodel.conf"), "< POWER_MODEL ID=1 NAME=15W >\n");
    assertThat(BoardTraps.of(root, machine, Optional.of(jetson))).isEmpty();
  }

  @Test
  void shouldRefuseAJavaFor32Bits() {
    Hardware narrow = new HardwareProbe(MACHINES.resolve("raspberry-pi-3"), "arm").read();

    assertThat(BoardTraps.of(MACHINES.resolve("raspberry-pi-3"), narrow, Optional.empty()))
        .hasSize(1);
    assertThatThrownBy(() -> DeviceProfiles.load().resolve(Optional.empty(), narrow))
        .isInstanceOf(ProfileException.class)
        .hasMessageContaining("this Java is for 32 bits (os.arch arm)")
        .hasMessageContaining("install a 64-bit system");
    assertThatThrownBy(() -> DeviceProfiles.load().resolve(Optional.of("generic-arm64"), narrow))
        .hasMessageContaining("32 bits");
  }
}
