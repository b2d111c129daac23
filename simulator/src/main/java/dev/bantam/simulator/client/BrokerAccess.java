package dev.bantam.simulator.client;

import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * A broker and how to enter it.
 *
 * @param host name or address
 * @param port TCP port
 * @param tls whether the connection is encrypted and the broker's certificate checked
 * @param caFile certificates (PEM) of the authorities that are trusted; without it, the JDK's
 * @param username for brokers that ask for one
 * @param password for brokers that ask for one
 */
public record BrokerAccess(
    String host,
    int port,
    boolean tls,
    Optional<Path> caFile,
    Optional<String> username,
    Optional<String> password) {

  private static final int PLAIN_PORT = 1883;
  private static final int TLS_PORT = 8883;

  /**
   * Reads {@code mqtt://host[:port]} or {@code mqtts://host[:port]}.
   *
   * @throws IllegalArgumentException naming the valid forms
   */
  public static BrokerAccess of(String url) {
    URI uri;
    try {
      uri = URI.create(url);
    } catch (IllegalArgumentException e) {
      throw wrong(url);
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    boolean tls = scheme.equals("mqtts") || scheme.equals("ssl");
    String host = uri.getHost();
    if (host == null || !(tls || scheme.equals("mqtt") || scheme.equals("tcp"))) {
      throw wrong(url);
    }
    int port = uri.getPort() != -1 ? uri.getPort() : tls ? TLS_PORT : PLAIN_PORT;
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    return new BrokerAccess(bare, port, tls, Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static IllegalArgumentException wrong(String url) {
    return new IllegalArgumentException(
        "\"%s\" is no broker address; write mqtt://host:port or mqtts://host:port".formatted(url));
  }

  /** With authorities of its own for the broker's certificate. */
  public BrokerAccess trusting(Path authorities) {
    return new BrokerAccess(host, port, tls, Optional.of(authorities), username, password);
  }

  /** With a user's name and password. */
  public BrokerAccess as(String user, String secret) {
    return new BrokerAccess(host, port, tls, caFile, Optional.of(user), Optional.of(secret));
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
