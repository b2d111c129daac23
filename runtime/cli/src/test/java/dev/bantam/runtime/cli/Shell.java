package dev.bantam.runtime.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.runtime.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** Runs command lines within the test's process and keeps what they write. */
public final class Shell {

  private final Path home;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  /**
   * @param home for {@code BANTAM_HOME}
   */
  public Shell(Path home) {
    this.home = home;
  }

  /** Runs a command, and returns its exit code: see {@link ExitCode}. */
  public int run(String... arguments) {
    CliContext context =
        new CliContext(
            Map.of("BANTAM_HOME", home.toString()),
            stream(out),
            new Terminal(stream(err), false, 100));
    return Cli.execute(context, arguments);
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  /** Standard output of all commands. */
  public String printed() {
    return out.toString(StandardCharsets.UTF_8);
  }

  /** Standard error of all commands. */
  public String errors() {
    return err.toString(StandardCharsets.UTF_8);
  }

  /** The last line of standard output, which {@code --json} makes an object. */
  public JsonNode lastLine() throws IOException {
    String[] lines = printed().split("\n");
    return new ObjectMapper().readTree(lines[lines.length - 1]);
  }

  /** Forgets what was written until now. */
  public void clear() {
    out.reset();
    err.reset();
  }
}
