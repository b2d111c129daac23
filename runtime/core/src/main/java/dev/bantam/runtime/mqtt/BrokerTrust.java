package dev.bantam.runtime.mqtt;

import dev.bantam.runtime.config.CertificateFile;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/**
 * Which certificate authorities a broker's certificate may come from.
 *
 * @param caFile the only ones that are trusted; empty for those that the JDK trusts
 */
record BrokerTrust(Optional<Path> caFile) {

  /**
   * Makes sockets that check the broker's certificate. Reads the file each time, so that a new one
   * needs no restart. Blocking.
   *
   * @throws IOException naming the file and what is wrong with it
   */
  SSLSocketFactory sockets() throws IOException {
    if (caFile.isEmpty()) {
      return (SSLSocketFactory) SSLSocketFactory.getDefault();
    }
    try {
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(authorities(caFile.get()));
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context.getSocketFactory();
    } catch (IOException e) {
      throw new IOException("cannot use mqtt.ca_file: " + e.getMessage(), e);
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot use mqtt.ca_file %s: %s".formatted(caFile.get(), e), e);
    }
  }

  private static KeyStore authorities(Path file) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    int number = 0;
    for (Certificate certificate : CertificateFile.read(file)) {
      store.setCertificateEntry("ca-" + number++, certificate);
    }
    return store;
  }
}
