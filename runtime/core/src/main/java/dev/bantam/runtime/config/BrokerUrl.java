package dev.bantam.runtime.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;

/** A broker's address as users write it. */
public final class BrokerUrl {

  private static final String FORM =
      "must be mqtt://host:port or mqtts://host:port, but it is \"%s\"";
  private static final Map<String, Integer> DEFAULT_PORTS =
      Map.of("mqtt", 1883, "tcp", 1883, "mqtts", 8883, "ssl", 8883);

  private BrokerUrl() {}

  /**
   * Parses {@code mqtt://host[:port]} ({@code tcp://} is the same) and {@code mqtts://host[:port]}
   * ({@code ssl://} is the same). The result always has a port.
   *
   * @throws IllegalArgumentException with what is expected, if it is of another form
   */
  public static URI parse(String text) {
    URI uri = uri(text);
    Integer defaultPort = uri.getScheme() == null ? null : DEFAULT_PORTS.get(uri.getScheme());
    if (defaultPort == null
        || uri.getHost() == null
        || uri.getPort() > 65535
        || uri.getPort() == 0) {
      throw new IllegalArgumentException(FORM.formatted(text));
    }
    if (uri.getUserInfo() != null) {
      throw new IllegalArgumentException(
          "must not hold a password; use the keys username and password_file");
    }
    String rest = String.valueOf(uri.getPath());
    if (!(rest.isEmpty() || rest.equals("/"))
        || uri.getQuery() != null
        || uri.getFragment() != null) {
      throw new IllegalArgumentException(FORM.formatted(text));
    }
    int port = uri.getPort() < 0 ? defaultPort : uri.getPort();
    return URI.create(uri.getScheme() + "://" + uri.getHost() + ":" + port);
  }

  private static URI uri(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(FORM.formatted(text), e);
    }
  }
}
