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

/**
 * One run of the command line within the test's process.
 *
 * @param exitCode see {@link ExitCode}
 * @param out standard output
 * @param err standard error
 */
record CommandRun(int exitCode, String out, String err) {

  /**
   * @param home for {@code BANTAM_HOME}
   */
  static CommandRun of(Path home, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    CliContext context =
        new CliContext(
            Map.of("BANTAM_HOME", home.toString()),
            stream(out),
            new Terminal(stream(err), false, 100));
    int exitCode = Cli.commandLine(context).execute(arguments);
    return new CommandRun(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  /** The last line of standard output, which {@code --json} makes an object. */
  JsonNode json() throws IOException {
    String[] lines = out.split("\n");
    return new ObjectMapper().readTree(lines[lines.length - 1]);
  }
}
