package dev.bantam.runtime.profile;

import dev.bantam.runtime.machine.PowerMode;
import dev.bantam.runtime.machine.SystemFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What keeps boards from doing what they could, and can be mended. Blocking, for it reads the
 * kernel's files.
 */
public final class BoardTraps {

  private static final Set<String> NARROW = Set.of("arm", "aarch32", "x86", "i386", "i686");
  private static final String SWITCH_OFF = "cgroup_disable=memory";
  private static final Set<String> SWITCH_ON = Set.of("cgroup_enable=memory", "cgroup_memory=1");

  /**
   * One of them.
   *
   * @param found what is so
   * @param advice what to do about it
   */
  public record Trap(String found, String advice) {}

  private BoardTraps() {}

  /** Why nothing of Bantam can run on a machine; empty if something may. */
  static Optional<String> refusal(Hardware machine) {
    return NARROW.contains(machine.architecture())
        ? Optional.of(
            "this Java is for 32 bits (os.arch %s), for which there is no ONNX Runtime, even if the processor and the kernel have 64; install a 64-bit system (of Raspberry Pi OS the one called 64-bit; \"uname -m\" says aarch64, and \"getconf LONG_BIT\" 64) and its Java"
                .formatted(machine.architecture()))
        : Optional.empty();
  }

  /**
   * Those of a machine.
   *
   * @param root {@code /}, or a folder that looks like it
   * @param profile what the machine runs; empty if there is no profile for it
   */
  public static List<Trap> of(Path root, Hardware machine, Optional<DeviceProfile> profile) {
    List<Trap> traps = new ArrayList<>();
    refusal(machine).ifPresent(why -> traps.add(new Trap("a 32-bit userland", why)));
    if (lacksMemoryGroups(root)) {
      traps.add(
          new Trap(
              "the kernel runs without the memory control group, so limits of containers and of systemd (MemoryMax) do nothing",
              "append \"cgroup_enable=memory cgroup_memory=1\" to the one line of /boot/firmware/cmdline.txt (before Raspberry Pi OS 12: /boot/cmdline.txt) and restart; without it, Bantam's own memory_budget is held all the same"));
    }
    profile.flatMap(chosen -> otherPower(root, chosen)).ifPresent(traps::add);
    return traps;
  }

  private static Optional<Trap> otherPower(Path root, DeviceProfile profile) {
    Optional<String> mode = PowerMode.read(root);
    if (mode.isEmpty()
        || profile.powerMode().filter(wanted -> !wanted.matcher(mode.get()).matches()).isEmpty()) {
      return Optional.empty();
    }
    String command =
        PowerMode.jetson(root).isPresent()
            ? "sudo nvpmodel -m ID\" (/etc/nvpmodel.conf lists them)"
            : "sudo cpupower frequency-set -g schedutil\"";
    return Optional.of(
        new Trap(
            "the mode of power is %s, and device profile %s is meant for %s"
                .formatted(mode.get(), profile.name(), profile.powerMode().get()),
            "choose another with \"%s, or set power_mode in a profile of your own; the device serves all the same"
                .formatted(command)));
  }

  /** Columns of {@code /proc/cgroups}: name, hierarchy, number of groups, enabled. */
  private static boolean lacksMemoryGroups(Path root) {
    for (String line : SystemFiles.lines(root, "proc/cgroups")) {
      String[] columns = line.trim().split("\\s+");
      if (columns.length == 4 && columns[0].equals("memory")) {
        return columns[3].equals("0");
      }
    }
    List<String> words =
        SystemFiles.lines(root, "proc/cmdline").stream()
            .flatMap(line -> Arrays.stream(line.trim().split("\\s+")))
            .toList();
    return words.contains(SWITCH_OFF) && words.stream().noneMatch(SWITCH_ON::contains);
  }
}
