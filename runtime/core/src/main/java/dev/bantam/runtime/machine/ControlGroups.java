package dev.bantam.runtime.machine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folders of this process's control groups, those of version 1 and 2, which may be mounted side
 * by side ({@code Documentation/admin-guide/cgroup-v1} and {@code cgroup-v2.rst} of the kernel).
 *
 * @param memory of the controller {@code memory}, the process's own group before those above it
 * @param cpu of the controller {@code cpu}, likewise
 */
public record ControlGroups(List<Path> memory, List<Path> cpu) {

  public ControlGroups {
    memory = List.copyOf(memory);
    cpu = List.copyOf(cpu);
  }

  /**
   * Those of this process.
   *
   * @param root {@code /}, or a folder that looks like it
   */
  public static ControlGroups of(Path root) {
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
    return new ControlGroups(memory, cpu);
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
}
