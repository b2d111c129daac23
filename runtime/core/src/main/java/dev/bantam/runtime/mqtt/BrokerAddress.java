package dev.bantam.runtime.mqtt;

import java.net.URI;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where the broker listens.
 *
 * @param tls whether the connection is encrypted and the broker's certificate is checked
 */
record BrokerAddress(String host, int port, boolean tls) {

  private static final int PLAIN_PORT = 1883;
  private static final int TLS_PORT = 8883;

  /**
   * Reads {@code mqtt://host[:port]} ({@code tcp://} is the same) or {@code mqtts://host[:port]}
   * ({@code ssl://} is the same).
   *
   * @throws IllegalArgumentException naming the valid forms
   */
  static BrokerAddress of(URI url) {
    String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    String host = url.getHost();
    boolean tls = scheme.equals("mqtts") || scheme.equals("ssl");
    boolean plain = scheme.equals("mqtt") || scheme.equals("tcp");
    if (host == null || !(tls || plain)) {
      throw new IllegalArgumentException(
          "\"%s\" is no broker address; write mqtt://host:port or mqtts://host:port"
              .formatted(url));
    }
    int port = url.getPort() != -1 ? url.getPort() : tls ? TLS_PORT : PLAIN_PORT;
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    return new BrokerAddress(bare, port, tls);
  }

  /** By hand as {@link #hashCode}: a start would wait until Java has made the first of a record. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof BrokerAddress address
        && host.equals(address.host)
        && port == address.port
        && tls == address.tls;
  }

  @Override
  public int hashCode() {
    return Objects.hash(host, port, tls);
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
