package dev.bantam.runtime.cli.up;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** A device id made of the host's name. Looks nothing up in the network. */
final class DeviceName {

  private static final Path KERNEL = Path.of("/proc/sys/kernel/hostname");
  private static final int LONGEST = 63;

  private DeviceName() {}

  /** This host's. */
  static String ofHost(Map<String, String> environment) {
    try {
      return sanitised(Files.readString(KERNEL));
    } catch (IOException e) {
      return sanitised(environment.getOrDefault("HOSTNAME", ""));
    }
  }

  /** The first label of a host name, in the characters that device ids may have. */
  static String sanitised(String hostName) {
    String label = hostName.strip().toLowerCase(Locale.ROOT).split("\\.", 2)[0];
    String clean = label.replaceAll("[^a-z0-9-]+", "-").replaceAll("^-+|-+$", "");
    String cut = clean.substring(0, Math.min(LONGEST, clean.length()));
    return cut.isEmpty() ? "bantam" : cut;
  }
}
