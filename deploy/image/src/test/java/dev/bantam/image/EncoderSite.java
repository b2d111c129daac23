package dev.bantam.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Sites that need no model but the one that comes with the build. */
final class EncoderSite {

  private static final String PROFILE =
      """
      name: encoder-only
      match: {}
      context_length: 512
      slots:
        - {name: encoder, plugin: text-encoding, model: all-minilm-l6-v2-int8, settings: {labels: "leak, fire"}}
      """;

  private EncoderSite() {}

  /** Writes the profile into a folder; its name in {@code bantam.yaml} there. */
  static String profile(Path folder) throws IOException {
    Files.writeString(folder.resolve("encoder.yaml"), PROFILE);
    return "./encoder.yaml";
  }

  /** A {@code bantam.yaml} of {@code folder}, for a device with a broker of its own. */
  static String encoderOnly(Path folder, int port) throws IOException {
    return "device: gateway-1\nprofile: %s\nbroker: {listen: '127.0.0.1:%d'}\n"
        .formatted(profile(folder), port);
  }
}
