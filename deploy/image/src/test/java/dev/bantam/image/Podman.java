package dev.bantam.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Containers by podman, with a storage of the tests' own. Where its usual way does not work, as
 * within another container, runc without systemd is tried.
 */
final class Podman implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofMinutes(3);

  private static final List<List<String>> WAYS =
      List.of(
          List.of(),
          List.of("--cgroup-manager=cgroupfs", "--runtime=runc", "--events-backend=file"));

  private final Path folder;
  private final List<String> options;

  private Podman(Path folder, List<String> options) {
    this.folder = folder;
    this.options = options;
  }

  /**
   * A podman that has an image and can run it.
   *
   * @param folder for its storage
   * @param archive in docker save's form
   * @param image what the archive calls it
   * @throws UnavailableException why none can
   */
  static Podman running(Path folder, Path archive, String image) throws Exception {
    if (BantamProcess.run(LIMIT, "bash", "-c", "command -v podman").exitStatus(LIMIT) != 0) {
      throw new UnavailableException("there is no podman; \"./bantam test\" installs it");
    }
    Files.createDirectories(folder);
    Files.writeString(
        folder.resolve("containers.conf"),
        "[containers]\ndefault_ulimits = [\"nofile=20000:20000\", \"nproc=20000:20000\"]\n");
    String reason = "";
    for (List<String> way : WAYS) {
      Podman podman = new Podman(folder, way);
      BantamProcess loaded = podman.run("load", "-i", archive.toString());
      BantamProcess ran =
          podman.run("run", "--rm", "--network", "none", "-m", "512m", image, "--version");
      if (ran.exitStatus(LIMIT) == 0) {
        return podman;
      }
      reason = loaded + "\n" + ran;
    }
    throw new UnavailableException("podman runs no container here: " + reason);
  }

  /** Runs one of its commands to the end. */
  BantamProcess run(String... arguments) {
    return run(List.of(arguments));
  }

  BantamProcess run(List<String> arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "podman",
                "--root",
                folder.resolve("storage").toString(),
                "--runroot",
                folder.resolve("run").toString(),
                "--storage-driver=vfs"));
    command.addAll(options);
    command.addAll(arguments);
    BantamProcess process =
        BantamProcess.start(
            command, Map.of("CONTAINERS_CONF", folder.resolve("containers.conf").toString()));
    process.exitStatus(LIMIT);
    return process;
  }

  /** Runs one that must succeed; what it printed. */
  String output(String... arguments) {
    return output(List.of(arguments));
  }

  String output(List<String> arguments) {
    BantamProcess process = run(arguments);
    if (process.exitStatus(LIMIT) != 0) {
      throw new AssertionError(process.toString());
    }
    return process.output().strip();
  }

  /** Removes its containers, volumes and images. */
  @Override
  public void close() {
    run("rm", "-fa", "-t", "1");
    run("volume", "prune", "-f");
    run("rmi", "-fa");
  }

  /** This machine runs no containers. */
  static final class UnavailableException extends IOException {

    private static final long serialVersionUID = 1L;

    UnavailableException(String message) {
      super(message);
    }
  }
}
