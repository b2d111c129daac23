package dev.bantam.simulator.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A folder that looks like a machine's root, with the kernel's files of a thermal zone and of the
 * pressure on memory, which are set from outside. The device is told of it by {@link #VARIABLE}.
 */
final class SystemFolder {

  /** The environment variable that holds the folder. */
  static final String VARIABLE = "BANTAM_SYSTEM_ROOT";

  private static final double MILLIS = 1000;
  private static final double WHOLE = 100;

  private final Path root;

  /**
   * @param root stands for {@code /}
   */
  SystemFolder(Path root) throws IOException {
    this.root = root;
    Files.createDirectories(root);
  }

  Path root() {
    return root;
  }

  /** Sets the temperature in °C; there is none any more if it is not a number. */
  void setTemperature(double celsius) throws IOException {
    Path zone = root.resolve("sys/class/thermal/thermal_zone0");
    write(zone.resolve("type"), "cpu-thermal");
    set(zone.resolve("temp"), celsius, String.valueOf(Math.round(celsius * MILLIS)));
  }

  /**
   * Sets for how much of the time threads wait for memory, in percent; nothing tells it any more if
   * it is not a number.
   */
  void setMemoryPressure(double percent) throws IOException {
    set(
        root.resolve("proc/pressure/memory"),
        percent,
        "some avg10=%.2f avg60=0.00 avg300=0.00 total=0"
            .formatted(Math.max(0, Math.min(WHOLE, percent))));
  }

  private static void set(Path file, double value, String text) throws IOException {
    if (Double.isNaN(value)) {
      Files.deleteIfExists(file);
    } else {
      write(file, text);
    }
  }

  /** A reader sees the old text or this, and nothing between. */
  private static void write(Path file, String text) throws IOException {
    Path folder = Files.createDirectories(file.resolveSibling("."));
    Path next = Files.writeString(folder.resolve(".next"), text + "\n");
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
