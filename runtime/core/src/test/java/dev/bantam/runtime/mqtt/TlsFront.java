package dev.bantam.runtime.mqtt;

import dev.bantam.testkit.CertificateAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * TLS in front of a broker without: asks each client for a certificate and writes down what it was
 * shown, which mosquitto's log does not say.
 */
final class TlsFront implements AutoCloseable {

  final List<String> protocols = new CopyOnWriteArrayList<>();
  final List<X509Certificate> shown = new CopyOnWriteArrayList<>();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final SSLServerSocket server;
  private final int brokerPort;

  /**
   * @param keystore the server's own, with the password "secret"
   * @param authorities a keystore with the certificates that clients' may come from
   * @param protocols such as TLSv1.2
   */
  TlsFront(int brokerPort, Path keystore, KeyStore authorities, String... protocols)
      throws Exception {
    this.brokerPort = brokerPort;
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(
        KeyStore.getInstance(keystore.toFile(), "secret".toCharArray()), "secret".toCharArray());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(authorities);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    server =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 10, InetAddress.getLoopbackAddress());
    server.setNeedClientAuth(true);
    server.setEnabledProtocols(protocols);
    Streams.inBackground("tls-front", this::acceptAll);
  }

  static TlsFront of(
      int brokerPort,
      CertificateAuthority authority,
      CertificateAuthority.Issued own,
      Path folder,
      String... protocols)
      throws Exception {
    KeyStore authorities = KeyStore.getInstance("PKCS12");
    authorities.load(null, null);
    authorities.setCertificateEntry(
        "ca", dev.bantam.runtime.config.CertificateFile.read(authority.caFile()).get(0));
    Path store = CertificateAuthority.keystore(own, folder.resolve("front.p12"), "secret");
    return new TlsFront(brokerPort, store, authorities, protocols);
  }

  int port() {
    return server.getLocalPort();
  }

  /** Cuts all connections; clients may come again. */
  void cut() {
    sockets.forEach(Streams::close);
    sockets.clear();
  }

  private void acceptAll() {
    while (!server.isClosed()) {
      try {
        SSLSocket client = (SSLSocket) server.accept();
        Streams.inBackground("tls-front", () -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(SSLSocket client) {
    sockets.add(client);
    try {
      client.startHandshake();
      protocols.add(client.getSession().getProtocol());
      shown.add((X509Certificate) client.getSession().getPeerCertificates()[0]);
      Socket broker = new Socket(InetAddress.getLoopbackAddress(), brokerPort);
      sockets.add(broker);
      Streams.inBackground("tls-front", () -> Streams.copy(broker, client));
      Streams.copy(client, broker);
    } catch (IOException refused) {
      Streams.close(client);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    cut();
  }
}
