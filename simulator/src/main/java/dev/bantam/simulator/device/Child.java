package dev.bantam.simulator.device;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A program that runs beside this one, and writes to a log. Blocking. */
final class Child {

  private static final Path SETSID = Path.of("/usr/bin/setsid");
  private static final int LAST_LINES = 8;
  private static final long MOMENT_SECONDS = 10;
  private static final long LOOK_MILLIS = 50;

  private final Process process;
  private final Path log;

  private Child(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** The variable that every child has, with the process that has started it. */
  private static final String MARK = "BANTAM_SIMULATOR";

  /** What stands in the environment of all that this process has started. */
  static String mark() {
    return mark(Owner.here());
  }

  /** Likewise of another process. */
  static String mark(Owner owner) {
    return MARK + "=" + owner;
  }

  /** Not in this program's session: a Ctrl-C at the terminal is this program's to handle. */
  static Child start(List<String> command, Map<String, String> environment, Path log)
      throws SetupException {
    ProcessBuilder builder =
        new ProcessBuilder(inOwnSession(command))
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    builder.environment().put(MARK, Owner.here().toString());
    try {
      return new Child(builder.start(), log);
    } catch (IOException e) {
      throw new SetupException(
          "%s cannot be started: %s".formatted(command.get(0), e.getMessage()), e);
    }
  }

  static List<String> inOwnSession(List<String> command) {
    if (!Files.isExecutable(SETSID)) {
      return command;
    }
    List<String> whole = new ArrayList<>(List.of(SETSID.toString()));
    whole.addAll(command);
    return whole;
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Its exit status; empty if it still runs after a moment. */
  Optional<Integer> awaitEnd() throws InterruptedException {
    return process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)
        ? Optional.of(process.exitValue())
        : Optional.empty();
  }

  /** As by {@code kill -9}, which also ends a process that is stopped. */
  void kill() {
    process.destroyForcibly();
    try {
      process.waitFor(MOMENT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Sends a signal, such as STOP. */
  void signal(String name) throws IOException {
    if (!process.isAlive()) {
      return;
    }
    Process kill =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      if (kill.waitFor() != 0 && process.isAlive()) {
        throw new IOException("kill -%s %d failed".formatted(name, process.pid()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The end of what it wrote, for messages. */
  String lastWords() {
    try {
      List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
      return lines.stream()
          .skip(Math.max(0, lines.size() - LAST_LINES))
          .collect(Collectors.joining("\n"));
    } catch (IOException e) {
      return "(its log %s cannot be read)".formatted(log);
    }
  }
}
