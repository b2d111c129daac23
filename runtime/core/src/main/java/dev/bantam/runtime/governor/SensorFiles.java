package dev.bantam.runtime.governor;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where sensors are found.
 *
 * @param root {@code /}, or a folder that looks like it
 */
public record SensorFiles(Path root) {

  /** The environment variable that names another folder than {@code /}. */
  public static final String VARIABLE = "BANTAM_SYSTEM_ROOT";

  /**
   * Those of the machine that this process runs on.
   *
   * @param environment where {@link #VARIABLE} may stand
   */
  public static SensorFiles thisMachine(Map<String, String> environment) {
    return new SensorFiles(Path.of(environment.getOrDefault(VARIABLE, "/")));
  }

  public Thermometer thermometer() {
    return new Thermometer(root.resolve("sys/class/thermal"));
  }
}
