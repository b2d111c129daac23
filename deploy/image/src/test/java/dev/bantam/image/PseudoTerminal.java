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
 * The launcher on a terminal of 100 columns, made by util-linux's script(1): keys in, screen out.
 */
final class PseudoTerminal implements AutoCloseable {

  /** What the terminal turns into SIGINT. */
  static final String CTRL_C = "\u0003";

  private final Process process;
  private final Path screen;

  private PseudoTerminal(Process process, Path screen) {
    this.process = process;
    this.screen = screen;
  }

  /**
   * Runs {@code ./bantam} on a terminal. Its SIGINT is as a person's shell has it, also where these
   * tests run in the background and were given an ignored one.
   *
   * @param arguments as in a shell's line
   */
  static PseudoTerminal bantam(Path home, String arguments) {
    try {
      Path folder =
          Files.createDirectories(BantamProcess.root().resolve("deploy/image/target/processes"));
      Path screen = Files.createTempFile(folder, "screen", ".txt");
      String line = "stty cols 100 rows 30; exec ./bantam " + arguments;
      List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
      command.addAll(List.of("script", "--quiet", "--return", "--command", line, "/dev/null"));
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(BantamProcess.root().toFile())
              .redirectErrorStream(true)
              .redirectOutput(screen.toFile());
      builder
          .environment()
          .putAll(Map.of("BANTAM_HOME", home.toString(), "SHELL", "/bin/sh", "TERM", "xterm"));
      return new PseudoTerminal(builder.start(), screen);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void type(String keys) {
    try {
      process.getOutputStream().write(keys.getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All that was written to the terminal, control characters included. */
  String screen() {
    try {
      return new String(Files.readAllBytes(screen), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  PseudoTerminal awaitText(String text, Duration limit) {
    Eventually.await(
        "\"" + text + "\" on the screen:\n" + screen(),
        limit,
        () -> {
          if (!screen().contains(text) && !process.isAlive()) {
            throw new AssertionError("ended before \"" + text + "\":\n" + screen());
          }
          return screen().contains(text);
        });
    return this;
  }

  /** Waits for the end; the launcher's own exit status. */
  int exitStatus(Duration limit) {
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("still runs:\n" + screen());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
