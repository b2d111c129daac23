package dev.bantam.simulator.scenario;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What this machine permits that not every machine does.
 *
 * @param noMount why no file system can be mounted here; empty if it can
 */
public record Machine(Optional<String> noMount) {

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final int CAP_SYS_ADMIN = 21;

  /** One that permits everything. */
  public static final Machine PERMITS_ALL = new Machine(Optional.empty());

  /** The one that this process runs on. */
  public static Machine here() {
    boolean may = false;
    try {
      may =
          Files.readAllLines(STATUS, StandardCharsets.ISO_8859_1).stream()
              .filter(line -> line.startsWith("CapEff:"))
              .map(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
              .anyMatch(capabilities -> (capabilities >> CAP_SYS_ADMIN & 1) == 1);
    } catch (IOException | NumberFormatException e) {
      may = false;
    }
    return new Machine(
        may
            ? Optional.empty()
            : Optional.of("mounting a small file system needs root on Linux; run it with sudo"));
  }
}
