package dev.bantam.models.source;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The proxies of {@code HTTPS_PROXY}, {@code HTTP_PROXY} and {@code NO_PROXY}, in either case, as
 * curl and pip read them; Java by itself does not. Without these variables, Java's own settings.
 */
final class EnvironmentProxies extends ProxySelector {

  private static final int DEFAULT_PORT = 80;

  private final Map<String, String> environment;

  private EnvironmentProxies(Map<String, String> environment) {
    this.environment = environment;
  }

  static ProxySelector of(Map<String, String> environment) {
    return new EnvironmentProxies(Map.copyOf(environment));
  }

  @Override
  public List<Proxy> select(URI uri) {
    Optional<String> proxy = variable(uri.getScheme() + "_proxy");
    if (proxy.isEmpty()) {
      ProxySelector java = ProxySelector.getDefault();
      return java == null ? List.of(Proxy.NO_PROXY) : java.select(uri);
    }
    return isExempt(uri.getHost())
        ? List.of(Proxy.NO_PROXY)
        : proxy.flatMap(EnvironmentProxies::parse).stream().toList();
  }

  private Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name))
        .or(() -> Optional.ofNullable(environment.get(name.toUpperCase(Locale.ROOT))))
        .filter(value -> !value.isBlank());
  }

  private boolean isExempt(String host) {
    return Arrays.stream(variable("no_proxy").orElse("").split(","))
        .map(String::strip)
        .filter(entry -> !entry.isEmpty())
        .map(entry -> entry.startsWith(".") ? entry.substring(1) : entry)
        .anyMatch(entry -> entry.equals("*") || host.equals(entry) || host.endsWith("." + entry));
  }

  private static Optional<Proxy> parse(String value) {
    URI uri = URI.create(value.contains("://") ? value : "http://" + value);
    int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
    return uri.getHost() == null
        ? Optional.empty()
        : Optional.of(new Proxy(Proxy.Type.HTTP, new InetSocketAddress(uri.getHost(), port)));
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException failure) {
    // The request itself reports it.
  }
}
