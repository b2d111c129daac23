package dev.bantam.runtime.mqtt;

import dev.bantam.runtime.config.CertificateFile;
import dev.bantam.runtime.config.ClientCertificate;
import dev.bantam.runtime.config.MqttSecurity;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * TLS towards the broker: which authorities its certificate may come from, and the certificate by
 * which it knows this device. Files are read for each connection, so that renewed ones need no
 * restart.
 *
 * @param vertx reads private keys
 */
record BrokerTls(Vertx vertx, MqttSecurity security) {

  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  /** The authorities' file, where there is one. */
  Optional<Path> caFile() {
    return security.caFile();
  }

  /** What is wrong where the broker ends the connection over certificates, and what to do. */
  String unwelcome() {
    return security.certificate().isPresent()
        ? "it does not take this device's certificate, which must be valid and come from an authority that the broker trusts"
        : "it asks for a certificate of this device's own: set mqtt.client_certificate_file and mqtt.client_key_file, or mqtt.client_keystore_file";
  }

  /** What every connection keeps to: the host's name is checked, and TLS is 1.2 or 1.3. */
  static void restrict(SSLParameters parameters) {
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    parameters.setProtocols(PROTOCOLS);
  }

  /**
   * Makes sockets that check the broker's certificate. Blocking.
   *
   * @throws IOException naming the file and what is wrong with it
   */
  SSLSocketFactory sockets() throws IOException {
    KeyManager @Nullable [] own =
        security.certificate().isPresent() ? keys(security.certificate().get()) : null;
    TrustManager @Nullable [] trusted = caFile().isPresent() ? authorities(caFile().get()) : null;
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(own, trusted, null);
      return context.getSocketFactory();
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot set up TLS: " + e, e);
    }
  }

  private static TrustManager[] authorities(Path file) throws IOException {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate certificate : CertificateFile.read(file)) {
        store.setCertificateEntry("ca-" + number++, certificate);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      return trust.getTrustManagers();
    } catch (IOException e) {
      throw new IOException("cannot use mqtt.ca_file: " + e.getMessage(), e);
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot use mqtt.ca_file %s: %s".formatted(file, e), e);
    }
  }

  private KeyManager[] keys(ClientCertificate certificate) throws IOException {
    KeyCertOptions options;
    String what;
    if (certificate instanceof ClientCertificate.Pem pem) {
      what =
          "mqtt.client_certificate_file %s with mqtt.client_key_file %s"
              .formatted(pem.certificate(), pem.key());
      options =
          new PemKeyCertOptions()
              .addCertValue(bytes("mqtt.client_certificate_file", pem.certificate()))
              .addKeyValue(bytes("mqtt.client_key_file", pem.key()));
    } else {
      ClientCertificate.Pkcs12 pkcs12 = (ClientCertificate.Pkcs12) certificate;
      what = "mqtt.client_keystore_file " + pkcs12.file();
      PfxOptions store =
          new PfxOptions().setValue(bytes("mqtt.client_keystore_file", pkcs12.file()));
      options =
          store.setPassword(pkcs12.password().isPresent() ? pkcs12.password().get().read() : "");
    }
    try {
      return options.getKeyManagerFactory(vertx).getKeyManagers();
    } catch (Exception e) {
      // The cause's own message is left out, for it could quote the key.
      throw new IOException(
          "cannot use %s (%s); expected are a certificate and its private key, the key in PEM not encrypted and that of a .p12 file with the right password"
              .formatted(what, e.getClass().getSimpleName()),
          e);
    }
  }

  private static Buffer bytes(String key, Path file) throws IOException {
    try {
      return Buffer.buffer(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new IOException(
          "cannot read %s %s: %s; it must be readable for the user that runs bantam"
              .formatted(key, file, e),
          e);
    }
  }
}
