package dev.bantam.runtime.governor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A folder that looks like a machine's root.
 *
 * @param root the folder
 */
public record SystemFolder(Path root) {

  private static final String PRESSURE = "proc/pressure/memory";

  /** Writes a file in one step. */
  public SystemFolder with(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Path next = Files.writeString(file.resolveSibling(".next"), text + "\n");
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    return this;
  }

  /** Takes a file away. */
  public SystemFolder without(String path) throws IOException {
    Files.deleteIfExists(root.resolve(path));
    return this;
  }

  /** Sets the share of time that threads wait for memory. */
  public SystemFolder memoryPressure(double percent) throws IOException {
    return with(
        PRESSURE,
        "some avg10=%.2f avg60=0.00 avg300=0.00 total=1\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0"
            .formatted(percent));
  }

  /** The machine's thermal zones. */
  public Zones zones() {
    return new Zones(root.resolve("sys/class/thermal"));
  }

  public SensorFiles sensors() {
    return new SensorFiles(root);
  }
}
