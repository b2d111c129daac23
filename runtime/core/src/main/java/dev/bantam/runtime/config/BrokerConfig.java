package dev.bantam.runtime.config;

import dev.bantam.runtime.machine.ListenAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The {@code broker} section: a broker inside the device's own process, in place of one at {@code
 * mqtt.url}.
 *
 * @param host address to listen on, such as {@code 127.0.0.1} or {@code 0.0.0.0}
 * @param port TCP port
 * @param users file with names and passwords, see {@link UsersFile}; must be there for an address
 *     that is not loopback
 * @param certificate by which others' connections are encrypted
 */
public record BrokerConfig(
    String host, int port, Optional<Path> users, Optional<Certificate> certificate) {

  private static final int USUAL_PORT = 1883;

  /**
   * PEM files.
   *
   * @param chain the broker's certificate, and behind it those between it and the authority
   * @param key its private key, not encrypted
   */
  public record Certificate(Path chain, Path key) {}

  /**
   * Where to listen.
   *
   * @param listen {@code HOST:PORT}
   * @throws IllegalArgumentException with what is expected, if it is of another form
   */
  public static BrokerConfig of(
      String listen, Optional<Path> users, Optional<Certificate> certificate) {
    ListenAddress address = ListenAddress.parse(listen, USUAL_PORT);
    return new BrokerConfig(address.host(), address.port(), users, certificate);
  }

  /** Whether only this machine's own programs can come. Names but localhost are not looked up. */
  public boolean isLoopback() {
    return new ListenAddress(host, port).isLoopback();
  }

  /** What is risked and why, for people; empty where nothing is. */
  public Optional<String> warning() {
    return isLoopback() || certificate.isPresent()
        ? Optional.empty()
        : Optional.of(
            "broker: passwords and messages cross the network in the clear; add the keys certificate_file and key_file");
  }
}
