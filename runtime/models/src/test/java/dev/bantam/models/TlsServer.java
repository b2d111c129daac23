package dev.bantam.models;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.bantam.testkit.CertificateAuthority;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A web server on loopback with a certificate of a private authority. */
final class TlsServer implements AutoCloseable {

  private static final String SECRET = "changeit";

  private final HttpsServer server;

  /** What was asked for: path, a space, and the Authorization header or {@code -}. */
  final List<String> asked = Collections.synchronizedList(new ArrayList<>());

  /**
   * @param identity what {@link #identity} made
   */
  TlsServer(Path identity, HttpHandler handler) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(identity)) {
      store.load(in, SECRET.toCharArray());
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, SECRET.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext("/", exchange -> record(exchange, handler));
    server.start();
  }

  /** Certificate and key for all servers of a test. */
  static Path identity(CertificateAuthority authority, Path folder) {
    return CertificateAuthority.keystore(
        authority.issue("ip:127.0.0.1"), folder.resolve("server.p12"), SECRET);
  }

  String host() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  String url(String path) {
    return "https://" + host() + path;
  }

  private void record(HttpExchange exchange, HttpHandler handler) throws IOException {
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    asked.add(exchange.getRequestURI() + " " + (authorization == null ? "-" : authorization));
    try (exchange) {
      handler.handle(exchange);
    }
  }

  static void send(HttpExchange exchange, byte[] content) throws IOException {
    exchange.sendResponseHeaders(200, content.length);
    exchange.getResponseBody().write(content);
  }

  static void redirect(HttpExchange exchange, String target) throws IOException {
    exchange.getResponseHeaders().add("Location", target);
    exchange.sendResponseHeaders(302, -1);
  }

  static void challenge(HttpExchange exchange, String challenge) throws IOException {
    exchange.getResponseHeaders().add("WWW-Authenticate", challenge);
    exchange.sendResponseHeaders(401, -1);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
