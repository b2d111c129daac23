package dev.bantam.simulator.scenario;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The files that a scenario names. */
@FunctionalInterface
public interface Attachments {

  /**
   * Opens a file.
   *
   * @param name as the scenario has it
   * @return empty if it is not there
   */
  Optional<InputStream> open(String name) throws IOException;

  /** Files of the disk; relative names start at a folder. */
  static Attachments in(Path folder) {
    return name -> {
      Path file = folder.resolve(name);
      return Files.isRegularFile(file) ? Optional.of(Files.newInputStream(file)) : Optional.empty();
    };
  }

  /** Resources beside the scenarios that come with the simulator. */
  static Attachments builtIn() {
    return name -> Optional.ofNullable(BuiltIn.open(name));
  }
}
