package dev.bantam.simulator.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A folder that looks like a machine's root, with one thermal zone whose temperature is set from
 * outside. The device is told of it by {@link #VARIABLE}.
 */
final class ThermalZone {

  /** The environment variable that holds the folder. */
  static final String VARIABLE = "BANTAM_SYSTEM_ROOT";

  private static final double MILLIS = 1000;

  private final Path root;

  /**
   * @param root stands for {@code /}
   */
  ThermalZone(Path root) throws IOException {
    this.root = root;
    Files.createDirectories(zone());
    Files.writeString(zone().resolve("type"), "cpu-thermal\n");
  }

  private Path zone() {
    return root.resolve("sys/class/thermal/thermal_zone0");
  }

  Path root() {
    return root;
  }

  /** Sets the temperature in °C. A reader sees the old one or this, and nothing between. */
  void set(double celsius) throws IOException {
    Path next = zone().resolve(".temp");
    Files.writeString(next, Math.round(celsius * MILLIS) + "\n");
    Files.move(next, zone().resolve("temp"), StandardCopyOption.ATOMIC_MOVE);
  }
}
