package dev.bantam.runtime.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;

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
    Shell shell = new Shell(home);
    int exitCode = shell.run(arguments);
    return new CommandRun(exitCode, shell.printed(), shell.errors());
  }

  /** The last line of standard output, which {@code --json} makes an object. */
  JsonNode json() throws IOException {
    String[] lines = out.split("\n");
    return new ObjectMapper().readTree(lines[lines.length - 1]);
  }
}
