package dev.bantam.runtime.machine;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * Where a server of this machine listens.
 *
 * @param host such as {@code 127.0.0.1}, {@code ::1} or {@code 0.0.0.0}
 * @param port TCP port
 */
public record ListenAddress(String host, int port) {

  private static final int LARGEST_PORT = 65_535;

  /**
   * Parses {@code HOST[:PORT]}; an IPv6 address stands in brackets.
   *
   * @param usualPort the port where none is given
   * @throws IllegalArgumentException with what is expected, if it is of another form
   */
  public static ListenAddress parse(String text, int usualPort) {
    URI uri = uri(text, usualPort);
    String host = uri.getHost();
    boolean isBare = uri.getUserInfo() == null && String.valueOf(uri.getPath()).isEmpty();
    if (host == null || uri.getPort() == 0 || uri.getPort() > LARGEST_PORT || !isBare) {
      throw wrong(text, usualPort, null);
    }
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    return new ListenAddress(bare, uri.getPort() < 0 ? usualPort : uri.getPort());
  }

  private static URI uri(String text, int usualPort) {
    try {
      URI uri = new URI("tcp://" + text);
      if (uri.getQuery() != null || uri.getFragment() != null) {
        throw wrong(text, usualPort, null);
      }
      return uri;
    } catch (URISyntaxException e) {
      throw wrong(text, usualPort, e);
    }
  }

  private static IllegalArgumentException wrong(
      String text, int usualPort, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        "must be ADDRESS:PORT such as 0.0.0.0:%d, but it is \"%s\"".formatted(usualPort, text),
        cause);
  }

  /** Whether only this machine's own programs can come. Names but localhost are not looked up. */
  public boolean isLoopback() {
    if (host.equals("localhost")) {
      return true;
    }
    try {
      return host.matches("[0-9.]+|.*:.*") && InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** The same at another port. */
  public ListenAddress withPort(int other) {
    return new ListenAddress(host, other);
  }

  /** As {@link #parse} takes it. */
  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
