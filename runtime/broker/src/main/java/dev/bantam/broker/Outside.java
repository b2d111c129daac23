package dev.bantam.broker;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A second listener of a broker, for other machines: who comes by it needs a name and a password.
 *
 * @param host address to listen on, such as {@code 0.0.0.0} for all
 * @param port TCP port, 0 for any free one
 * @param credentials as {@link BrokerOptions#credentials}; at least one
 * @param certificate encrypts; empty to send passwords and messages in the clear
 */
public record Outside(
    String host, int port, Map<String, String> credentials, Optional<Certificate> certificate) {

  /**
   * PEM files.
   *
   * @param chain the broker's certificate, and behind it those between it and the authority
   * @param key its private key, not encrypted
   */
  public record Certificate(Path chain, Path key) {}

  public Outside {
    credentials = Map.copyOf(credentials);
    if (credentials.isEmpty()) {
      throw new IllegalArgumentException(
          "the embedded broker does not listen on "
              + host
              + " without credentials, for then anybody on the network could use it");
    }
  }
}
