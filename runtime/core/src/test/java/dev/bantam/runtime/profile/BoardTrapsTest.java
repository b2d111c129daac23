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
    return BoardTraps.of(folder, HardwareProbe.of(folder).read());
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
  void shouldRefuseAJavaFor32Bits() {
    Hardware narrow = new HardwareProbe(MACHINES.resolve("raspberry-pi-3"), "arm").read();

    assertThat(BoardTraps.of(MACHINES.resolve("raspberry-pi-3"), narrow)).hasSize(1);
    assertThatThrownBy(() -> DeviceProfiles.load().resolve(Optional.empty(), narrow))
        .isInstanceOf(ProfileException.class)
        .hasMessageContaining("this Java is for 32 bits (os.arch arm)")
        .hasMessageContaining("install a 64-bit system");
    assertThatThrownBy(() -> DeviceProfiles.load().resolve(Optional.of("generic-arm64"), narrow))
        .hasMessageContaining("32 bits");
  }
}
