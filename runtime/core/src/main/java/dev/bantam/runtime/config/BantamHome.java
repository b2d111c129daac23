package dev.bantam.runtime.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where models and state live. */
public final class BantamHome {

  private BantamHome() {}

  /**
   * {@code BANTAM_HOME}; without it, {@code bantam} below {@code XDG_DATA_HOME}, which is {@code
   * ~/.local/share} by the XDG Base Directory Specification where it is unset or relative.
   *
   * @param environment the process's environment
   */
  public static Path of(Map<String, String> environment) {
    return variable(environment, "BANTAM_HOME")
        .map(home -> Path.of(home).toAbsolutePath())
        .orElseGet(
            () ->
                variable(environment, "XDG_DATA_HOME")
                    .map(Path::of)
                    .filter(Path::isAbsolute)
                    .orElse(userHome(environment).resolve(".local/share"))
                    .resolve("bantam"));
  }

  private static Path userHome(Map<String, String> environment) {
    return Path.of(
        variable(environment, "HOME").orElseGet(() -> System.getProperty("user.home", "/")));
  }

  private static Optional<String> variable(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }
}
