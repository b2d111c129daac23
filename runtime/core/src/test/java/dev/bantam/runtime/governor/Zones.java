package dev.bantam.runtime.governor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A folder that looks like {@code /sys/class/thermal}.
 *
 * @param root the folder
 */
public record Zones(Path root) {

  /** Adds a zone or changes what it shows, in one step. */
  public Zones with(int number, String type, String shown) throws IOException {
    Path zone = Files.createDirectories(root.resolve("thermal_zone" + number));
    Files.writeString(zone.resolve("type"), type + "\n");
    Path next = Files.writeString(zone.resolve("next"), shown + "\n");
    Files.move(next, zone.resolve("temp"), StandardCopyOption.ATOMIC_MOVE);
    return this;
  }

  /** Sets the processor's zone. */
  public void heat(int celsius) throws IOException {
    with(0, "cpu-thermal", celsius + "000");
  }
}
