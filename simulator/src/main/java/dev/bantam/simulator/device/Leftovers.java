package dev.bantam.simulator.device;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes away what simulators have left that were killed: processes, mounts, control groups,
 * folders. Only what carries the name of a process that is gone. Blocking.
 */
public final class Leftovers {

  private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);
  private static final Path PROCESSES = Path.of("/proc");
  private static final int MOUNT_POINT = 1;
  private static final long MOMENT_SECONDS = 10;

  private Leftovers() {}

  /**
   * Looks for them and takes them away.
   *
   * @param place where the folders of all runs are
   * @param say is told of what was there
   */
  public static void sweep(Path place, Consumer<String> say) {
    sweep(place, Devices.CGROUPS, say);
  }

  static void sweep(Path place, Path cgroups, Consumer<String> say) {
    for (Path folder : children(place.toAbsolutePath())) {
      owner(folder, "", "\\.[0-9]+")
          .filter(Owner::isGone)
          .ifPresent(
              owner -> {
                end(owner);
                unmountBelow(folder);
                RunFolder.delete(folder);
                say.accept(
                    "took away what a simulator had left that was killed (process %d)"
                        .formatted(owner.pid()));
              });
    }
    // The names of groups do not say whose home a run was in: of anybody's that is gone.
    Stream.of(cgroups, cgroups.resolve("memory"), cgroups.resolve("cpu"))
        .flatMap(folder -> children(folder).stream())
        .filter(group -> owner(group, Cgroup.PREFIX, "-.+").map(Owner::isGone).orElse(false))
        .filter(Leftovers::isEmpty)
        .forEach(group -> new Cgroup(0, List.of(group), "").remove());
  }

  private static List<Path> children(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.toList();
    } catch (IOException e) {
      LOG.debug("{} cannot be listed", folder, e);
      return List.of();
    }
  }

  /** Whose it is, if its name says so. */
  private static Optional<Owner> owner(Path folder, String before, String behind) {
    String name = String.valueOf(folder.getFileName());
    Matcher match =
        Pattern.compile(Pattern.quote(before) + Owner.FORM.pattern() + behind).matcher(name);
    return match.matches() ? Optional.of(Owner.of(match)) : Optional.empty();
  }

  /** What the guard did not live to end. */
  private static void end(Owner owner) {
    String mark = "\0" + Child.mark(owner) + "\0";
    List<ProcessHandle> ended = new ArrayList<>();
    for (Path process : children(PROCESSES)) {
      String pid = String.valueOf(process.getFileName());
      if (pid.matches("[0-9]{1,12}") && ("\0" + environment(process)).contains(mark)) {
        ProcessHandle.of(Long.parseLong(pid)).ifPresent(ended::add);
      }
    }
    ended.forEach(ProcessHandle::destroyForcibly);
    ended.forEach(Leftovers::awaitEnd);
  }

  private static void awaitEnd(ProcessHandle process) {
    try {
      process.onExit().get(MOMENT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("process {} does not end", process.pid(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Empty where it is somebody else's. */
  private static String environment(Path process) {
    try {
      return Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  private static void unmountBelow(Path folder) {
    try (Stream<String> mounts = Files.lines(PROCESSES.resolve("self/mounts"))) {
      mounts
          .map(line -> Path.of(line.split(" ", -1)[MOUNT_POINT].replace("\\040", " ")))
          .filter(point -> point.startsWith(folder))
          .sorted(Comparator.reverseOrder())
          .forEach(point -> new Disk(point).unmount());
    } catch (IOException e) {
      LOG.debug("the mounts cannot be read", e);
    }
  }

  /** Whether nothing runs in a control group. */
  private static boolean isEmpty(Path group) {
    try {
      return Files.readString(group.resolve("cgroup.procs")).isBlank();
    } catch (IOException e) {
      LOG.debug("{} cannot be read", group, e);
      return false;
    }
  }
}
