package dev.bantam.runtime.mqtt;

import dev.bantam.runtime.config.MqttConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The user whom the broker knows this device as. The password is not kept: its file is read at each
 * attempt to connect, so that a changed password needs no restart.
 *
 * @param passwordFile file whose first line is the password
 */
record BrokerLogin(String username, Optional<Path> passwordFile) {

  /** What the configuration says; empty where the broker is to be entered without a name. */
  static Optional<BrokerLogin> of(MqttConfig config) {
    return config.username().map(name -> new BrokerLogin(name, config.passwordFile()));
  }

  /**
   * The password right now. Blocking.
   *
   * @throws IOException naming the file and what to do
   */
  Optional<String> password() throws IOException {
    if (passwordFile.isEmpty()) {
      return Optional.empty();
    }
    Path file = passwordFile.get();
    try (Stream<String> lines = Files.lines(file)) {
      return Optional.of(lines.findFirst().orElse(""));
    } catch (IOException e) {
      throw new IOException(
          "cannot read mqtt.password_file %s: %s; it must be readable for the user that runs bantam"
              .formatted(file, e),
          e);
    }
  }
}
