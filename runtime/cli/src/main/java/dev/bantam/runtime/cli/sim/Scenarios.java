package dev.bantam.runtime.cli.sim;

import dev.bantam.documents.NearestName;
import dev.bantam.documents.ReadResult;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.simulator.scenario.BuiltIn;
import dev.bantam.simulator.scenario.Scenario;
import dev.bantam.simulator.scenario.ScenarioReader;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds a scenario by what a user calls it. */
final class Scenarios {

  private static final ScenarioReader READER = new ScenarioReader();

  private Scenarios() {}

  /**
   * A scenario, or all that is wrong with it.
   *
   * @param name of one that comes with Bantam, or a file
   * @throws CliException if it is neither
   */
  static ReadResult<Scenario> read(String name) throws CliException {
    if (BuiltIn.names().contains(name)) {
      return new ReadResult.Valid<>(READER.builtIn(name));
    }
    Path file = Path.of(name);
    boolean path = name.contains("/") || name.endsWith(".yaml") || name.endsWith(".yml");
    if (!path && !Files.exists(file)) {
      throw new CliException(
          ExitCode.USAGE,
          "there is no scenario and no file \"%s\"%s"
              .formatted(name, NearestName.hint(name, BuiltIn.names())));
    }
    return READER.read(file);
  }

  /**
   * A scenario without fault.
   *
   * @throws CliException with all that is wrong with it
   */
  static Scenario require(String name) throws CliException {
    return read(name)
        .orElseThrow(
            report ->
                new CliException(ExitCode.REFUSED, "the scenario cannot be played:\n" + report));
  }
}
