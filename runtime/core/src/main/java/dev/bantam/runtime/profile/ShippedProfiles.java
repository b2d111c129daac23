package dev.bantam.runtime.profile;

import dev.bantam.documents.NearestName;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The texts of the profiles that come with the build, on the class path. */
final class ShippedProfiles {

  static final List<String> NAMES =
      List.of(
          "x86-gateway",
          "x86-server",
          "raspberry-pi-zero-2w",
          "raspberry-pi-3",
          "raspberry-pi-4",
          "raspberry-pi-5",
          "jetson-orin-nano",
          "jetson-agx-orin",
          "generic-x86",
          "generic-arm64");

  private ShippedProfiles() {}

  /** Says that there is no profile of a name, and which there are. */
  static String unknown(String name) {
    return "there is no device profile \"%s\"%s (or give the path of your own, ending in .yaml)"
        .formatted(name, NearestName.hint(name, NAMES));
  }

  /**
   * @param name one of {@link #NAMES}
   */
  static String text(String name) {
    String resource = "/device-profiles/" + name + ".yaml";
    try (InputStream in = ShippedProfiles.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the build lacks the resource " + resource);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
