package dev.bantam.runtime.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.runtime.config.CertificateFile;
import dev.bantam.runtime.config.ClientCertificate;
import dev.bantam.runtime.config.MqttConfig;
import dev.bantam.runtime.config.MqttSecurity;
import dev.bantam.runtime.config.TextSource;
import dev.bantam.testkit.CertificateAuthority;
import dev.bantam.testkit.CertificateAuthority.Issued;
import dev.bantam.testkit.Eventually;
import dev.bantam.testkit.Mosquitto;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Brokers that want a certificate of the device's own. */
@Timeout(90)
class ClientCertificateIT {

  private static CertificateAuthority authority;
  private static Issued server;
  private static Issued first;
  private static Issued second;
  private static Issued frontCertificate;

  @TempDir Path folder;

  @BeforeAll
  static void makeCertificates(@TempDir Path temporary) {
    authority = CertificateAuthority.create(temporary, "Plant CA");
    server = authority.issue("dns:localhost");
    first = authority.issueClient("gw-1");
    second = authority.issueClient("gw-1");
    frontCertificate = authority.issue("ip:127.0.0.1");
  }

  private static MqttConfig config(String host, int port, ClientCertificate certificate) {
    return MqttConfig.of(URI.create("mqtts://%s:%d".formatted(host, port)))
        .withSecurity(MqttSecurity.NONE.trusting(authority.caFile()).with(certificate));
  }

  private Mosquitto asking(String... further) {
    String[] settings = {
      "certfile " + server.certificate(),
      "keyfile " + server.key(),
      "cafile " + authority.caFile(),
      "require_certificate true",
      "use_identity_as_username true",
      "allow_anonymous false"
    };
    String[] all = java.util.Arrays.copyOf(settings, settings.length + further.length);
    System.arraycopy(further, 0, all, settings.length, further.length);
    return Mosquitto.start(folder.resolve("broker"), all);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tlsv1.2", "tlsv1.3"})
  void shouldEnterAsTheNameInItsPemFiles(String version) {
    ClientCertificate own = new ClientCertificate.Pem(first.certificate(), first.key());
    try (Mosquitto broker = asking("tls_version " + version);
        GatewayFixture gateway =
            GatewayFixture.starting(config("localhost", broker.port(), own), new FakeHandler())) {
      gateway.awaitConnected();
      assertThat(broker.log()).contains("u'gw-1'");
    }
  }

  @Test
  void shouldEnterWithAPkcs12FileAndItsPassword() throws Exception {
    Path store = CertificateAuthority.keystore(first, folder.resolve("own.p12"), "of the store");
    Path password = Files.writeString(folder.resolve("store-password"), "of the store\n");
    TextSource source = new TextSource.InFile("mqtt.client_keystore_password_file", password);
    ClientCertificate own = new ClientCertificate.Pkcs12(store, Optional.of(source));
    try (Mosquitto broker = asking();
        GatewayFixture gateway =
            GatewayFixture.starting(config("localhost", broker.port(), own), new FakeHandler())) {
      gateway.awaitConnected();
      assertThat(broker.log()).contains("u'gw-1'");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tlsv1.2", "tlsv1.3"})
  void shouldNameTheSettingsWhereTheBrokerAsksForACertificate(String version) {
    try (Mosquitto broker = asking("tls_version " + version);
        GatewayFixture gateway =
            GatewayFixture.starting(
                MqttConfig.of(URI.create("mqtts://localhost:" + broker.port()))
                    .withSecurity(MqttSecurity.NONE.trusting(authority.caFile())),
                new FakeHandler())) {
      assertThat(gateway.awaitFailure())
          .contains("asks for a certificate of this device's own")
          .contains("mqtt.client_certificate_file");
    }
  }

  @Test
  void shouldSayThatTheBrokerDoesNotTakeItsCertificate() {
    Issued stranger =
        CertificateAuthority.create(folder.resolve("other"), "Other CA").issueClient("gw-1");
    ClientCertificate own = new ClientCertificate.Pem(stranger.certificate(), stranger.key());
    try (Mosquitto broker = asking();
        GatewayFixture gateway =
            GatewayFixture.starting(config("localhost", broker.port(), own), new FakeHandler())) {
      assertThat(gateway.awaitFailure()).contains("certificate");
    }
  }

  @Test
  void shouldNotStartWithAKeyThatIsOfNoUse() throws Exception {
    Path noKey = Files.writeString(folder.resolve("no.key"), "this is my secret, but no key");
    ClientCertificate own = new ClientCertificate.Pem(first.certificate(), noKey);
    assertThatThrownBy(
            () -> GatewayFixture.starting(config("localhost", 1, own), new FakeHandler()))
        .hasStackTraceContaining("cannot use mqtt.client_certificate_file")
        .hasStackTraceContaining("mqtt.client_key_file " + noKey);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void shouldShowARenewedCertificateWithoutARestart(String protocol) throws Exception {
    Path certificate = Files.copy(first.certificate(), folder.resolve("own.pem"));
    Path key = Files.copy(first.key(), folder.resolve("own.key"));
    ClientCertificate own = new ClientCertificate.Pem(certificate, key);
    try (Mosquitto broker = Mosquitto.start(folder.resolve("broker"));
        TlsFront front = TlsFront.of(broker.port(), authority, frontCertificate, folder, protocol);
        GatewayFixture gateway =
            GatewayFixture.starting(config("127.0.0.1", front.port(), own), new FakeHandler())) {
      // Given
      gateway.awaitConnected();
      assertThat(front.shown)
          .extracting(X509Certificate::getSerialNumber)
          .containsOnly(serial(first));

      // When
      Files.copy(second.certificate(), certificate, StandardCopyOption.REPLACE_EXISTING);
      Files.copy(second.key(), key, StandardCopyOption.REPLACE_EXISTING);
      front.cut();

      // Then
      Eventually.await(
          "the new certificate is shown",
          GatewayFixture.LIMIT,
          () -> front.shown.stream().anyMatch(c -> c.getSerialNumber().equals(serial(second))));
      gateway.awaitConnected();
      assertThat(front.protocols).containsOnly(protocol);
    }
  }

  private static BigInteger serial(Issued issued) {
    try {
      return ((X509Certificate) CertificateFile.read(issued.certificate()).get(0))
          .getSerialNumber();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
