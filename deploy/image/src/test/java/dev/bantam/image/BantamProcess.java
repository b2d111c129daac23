package dev.bantam.image;

import dev.bantam.testkit.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A command of a user's shell, run as a child process: the launcher, or a program of the system.
 */
final class BantamProcess implements AutoCloseable {

  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

  private final List<String> command;
  private final Process process;
  private final Path output;
  private final Path errors;

  private BantamProcess(List<String> command, Process process, Path output, Path errors) {
    this.command = command;
    this.process = process;
    this.output = output;
    this.errors = errors;
  }

  /** {@code ./bantam arguments...} with the tests' own home. */
  static BantamProcess bantam(Path home, String... arguments) {
    return bantam(home, Map.of(), arguments);
  }

  static BantamProcess bantam(Path home, Map<String, String> environment, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(root().resolve("bantam").toString());
    command.addAll(List.of(arguments));
    Map<String, String> all = new java.util.HashMap<>(environment);
    all.put("BANTAM_HOME", home.toString());
    return start(command, all);
  }

  static BantamProcess start(List<String> command, Map<String, String> environment) {
    try {
      Path folder = Files.createDirectories(root().resolve("deploy/image/target/processes"));
      Path output = Files.createTempFile(folder, "out", ".txt");
      Path errors = Files.createTempFile(folder, "err", ".txt");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(root().toFile())
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectOutput(output.toFile())
              .redirectError(errors.toFile());
      builder.environment().putAll(environment);
      return new BantamProcess(command, builder.start(), output, errors);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a command to its end and returns it. */
  static BantamProcess run(Duration limit, String... command) {
    BantamProcess process = start(List.of(command), Map.of());
    process.exitStatus(limit);
    return process;
  }

  /** The checkout. */
  static Path root() {
    return Path.of(System.getProperty("bantam.root"));
  }

  /** {@code BANTAM_HOME} of the tests: the default model is pulled into it once a checkout. */
  static Path testHome() {
    return root().resolve("target/test-home");
  }

  /** Waits for the end; fails if there is none within {@code limit}. */
  int exitStatus(Duration limit) {
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("still runs after " + limit.toSeconds() + " s: " + this);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
    return process.exitValue();
  }

  /** Waits until standard output or standard error holds {@code text}. */
  BantamProcess awaitText(String text, Duration limit) {
    Eventually.await(
        "\"" + text + "\" printed by " + command,
        limit,
        () -> {
          if (output().contains(text) || errors().contains(text)) {
            return true;
          }
          if (!process.isAlive()) {
            throw new AssertionError("ended before it printed \"" + text + "\": " + this);
          }
          return false;
        });
    return this;
  }

  String output() {
    return read(output);
  }

  String errors() {
    return read(errors);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /** What it has to itself, in memory or swapped out: RssAnon and VmSwap, in bytes. */
  long ownBytes() {
    return read(Path.of("/proc/" + pid() + "/status"))
        .lines()
        .filter(line -> line.startsWith("RssAnon:") || line.startsWith("VmSwap:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
        .sum();
  }

  /** As Ctrl-C of a service manager: SIGTERM, then waits. Returns the exit status. */
  int stop() {
    process.destroy();
    return exitStatus(STOP_LIMIT);
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return "%s%n--- standard output%n%s%n--- standard error%n%s"
        .formatted(String.join(" ", command), output(), errors());
  }
}
