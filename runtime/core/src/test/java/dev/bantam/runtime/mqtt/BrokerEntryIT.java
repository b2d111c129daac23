package dev.bantam.runtime.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.runtime.config.MqttConfig;
import dev.bantam.runtime.config.MqttSecurity;
import dev.bantam.runtime.config.TextSource;
import dev.bantam.testkit.CertificateAuthority;
import dev.bantam.testkit.Eventually;
import dev.bantam.testkit.Mosquitto;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Brokers that encrypt, or ask who connects: a real mosquitto with certificates of our own. */
@Timeout(90)
class BrokerEntryIT {

  private static final String BASE = "bantam/v1/device/gw-1";

  private static Path authorities;
  private static CertificateAuthority authority;
  private static CertificateAuthority.Issued certificate;

  @TempDir Path folder;

  @BeforeAll
  static void makeCertificates(@TempDir Path temporary) {
    authorities = temporary;
    authority = CertificateAuthority.create(temporary.resolve("right"), "Right CA");
    certificate = authority.issue("ip:127.0.0.1");
  }

  private Mosquitto encrypting(CertificateAuthority.Issued issued) {
    return Mosquitto.start(
        folder.resolve("broker"), "certfile " + issued.certificate(), "keyfile " + issued.key());
  }

  private Mosquitto asking(String user, String password) throws Exception {
    Path users = folder.resolve("users");
    run("mosquitto_passwd", "-c", "-b", users.toString(), user, password);
    return Mosquitto.start(
        folder.resolve("broker"), "allow_anonymous false", "password_file " + users);
  }

  private static MqttConfig config(
      String scheme, Mosquitto broker, Path caFile, String user, Path passwordFile) {
    return MqttConfig.of(URI.create(scheme + "://127.0.0.1:" + broker.port()))
        .withSecurity(
            new MqttSecurity(
                Optional.ofNullable(caFile),
                Optional.ofNullable(user).map(TextSource.Given::new),
                Optional.ofNullable(passwordFile)
                    .map(file -> new TextSource.InFile("mqtt.password_file", file)),
                Optional.empty()));
  }

  private static GatewayFixture start(MqttConfig config) {
    return GatewayFixture.starting(config, new FakeHandler());
  }

  private static String ask(Mosquitto broker, String... access) throws Exception {
    List<String> command =
        new ArrayList<>(List.of("mosquitto_rr", "-V", "5", "-W", "20", "-h", "127.0.0.1"));
    command.addAll(List.of("-p", String.valueOf(broker.port()), "-m", "hello"));
    command.addAll(List.of("-t", BASE + "/task/echo", "-e", BASE + "/answer/me/echo"));
    command.addAll(List.of(access));
    return run(command.toArray(String[]::new)).strip();
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output;
  }

  @Test
  void shouldAnswerOverTlsWithAPrivateAuthority() throws Exception {
    try (Mosquitto broker = encrypting(certificate);
        GatewayFixture gateway = start(config("mqtts", broker, authority.caFile(), null, null))) {
      gateway.awaitConnected();
      assertThat(ask(broker, "--cafile", authority.caFile().toString())).isEqualTo("HELLO");
    }
  }

  @Test
  void shouldComeBackOverTlsAfterTheBrokerWasKilled() throws Exception {
    try (Mosquitto broker = encrypting(certificate);
        GatewayFixture gateway = start(config("mqtts", broker, authority.caFile(), null, null))) {
      // Given
      gateway.awaitConnected();

      // When
      broker.kill();
      assertThat(gateway.awaitFailure()).isNotBlank();
      broker.restart();

      // Then
      gateway.awaitConnected();
      assertThat(ask(broker, "--cafile", authority.caFile().toString())).isEqualTo("HELLO");
    }
  }

  @Test
  void shouldNotTrustAnotherAuthorityAndRecoverOnceTheFileIsRight() throws Exception {
    // Given
    Path file =
        Files.copy(
            CertificateAuthority.create(authorities.resolve("wrong"), "Wrong CA").caFile(),
            folder.resolve("ca.pem"));
    try (Mosquitto broker = encrypting(certificate);
        GatewayFixture gateway = start(config("mqtts", broker, file, null, null))) {
      // When
      String reason = gateway.awaitFailure();

      // Then
      assertThat(reason)
          .isEqualTo(
              "the broker's certificate does not come from an authority in mqtt.ca_file %s; put the certificate of the authority that signed it there"
                  .formatted(file));
      Files.copy(authority.caFile(), file, StandardCopyOption.REPLACE_EXISTING);
      gateway.awaitConnected();
    }
  }

  @Test
  void shouldNameTheSettingForAPrivateAuthorityWhereThereIsNone() {
    try (Mosquitto broker = encrypting(certificate);
        GatewayFixture gateway = start(config("mqtts", broker, null, null, null))) {
      assertThat(gateway.awaitFailure()).contains("public authority").contains("mqtt.ca_file");
    }
  }

  @Test
  void shouldNotTakeACertificateThatIsMadeOutToAnother() {
    try (Mosquitto broker = encrypting(authority.issue("dns:broker.test"));
        GatewayFixture gateway = start(config("mqtts", broker, authority.caFile(), null, null))) {
      assertThat(gateway.awaitFailure())
          .contains("not made out to \"127.0.0.1\"")
          .contains("mqtt.url");
    }
  }

  @Test
  void shouldSayThatTheBrokerDoesNotSpeakTls() {
    try (Mosquitto broker = Mosquitto.start(folder.resolve("broker"));
        GatewayFixture gateway = start(config("mqtts", broker, authority.caFile(), null, null))) {
      assertThat(gateway.awaitFailure()).contains("TLS port, or mqtt://");
    }
  }

  @Test
  void shouldSayThatTheBrokerWantsTls() {
    try (Mosquitto broker = encrypting(certificate);
        GatewayFixture gateway = start(config("mqtt", broker, null, null, null))) {
      assertThat(gateway.awaitFailure()).contains("write mqtts:// in mqtt.url");
    }
  }

  @Test
  void shouldEnterWithAPasswordAndRecoverFromAWrongOne() throws Exception {
    // Given
    Path secret = Files.writeString(folder.resolve("secret"), "wrong\n");
    try (Mosquitto broker = asking("bantam", "right, with a space");
        GatewayFixture gateway = start(config("mqtt", broker, null, "bantam", secret))) {
      // When
      String reason = gateway.awaitFailure();

      // Then
      assertThat(reason)
          .contains("refuses the user \"bantam\" or its password")
          .contains("the first line of mqtt.password_file " + secret)
          .doesNotContain("wrong");
      Files.writeString(secret, "right, with a space\n");
      gateway.awaitConnected();
      assertThat(ask(broker, "-u", "bantam", "-P", "right, with a space")).isEqualTo("HELLO");
    }
  }

  @Test
  void shouldNameTheSettingsWhereTheBrokerAsksForAUser() throws Exception {
    try (Mosquitto broker = asking("bantam", "right");
        GatewayFixture gateway = start(config("mqtt", broker, null, null, null))) {
      assertThat(gateway.awaitFailure()).contains("set mqtt.username and mqtt.password_file");
    }
  }

  @Test
  void shouldGoOnTryingWhileThePasswordFileIsAway() throws Exception {
    // Given
    Path secret = Files.writeString(folder.resolve("secret"), "right\n");
    try (Mosquitto broker = asking("bantam", "right");
        GatewayFixture gateway = start(config("mqtt", broker, null, "bantam", secret))) {
      gateway.awaitConnected();

      // When
      Files.delete(secret);
      broker.kill();
      gateway.awaitFailure();
      broker.restart();
      Eventually.await(
          "the missing file is said",
          GatewayFixture.LIMIT,
          () -> gateway.awaitFailure().contains("cannot read mqtt.password_file"));

      // Then
      Files.writeString(secret, "right\n");
      gateway.awaitConnected();
    }
  }

  @Test
  void shouldNotStartWithAFileThatIsOfNoUse() throws Exception {
    try (Mosquitto broker = Mosquitto.start(folder.resolve("broker"))) {
      Path missing = folder.resolve("missing");
      Path empty = Files.writeString(folder.resolve("empty.pem"), "");
      assertThatThrownBy(() -> start(config("mqtt", broker, null, "bantam", missing)))
          .hasStackTraceContaining("cannot read mqtt.password_file " + missing);
      assertThatThrownBy(() -> start(config("mqtts", broker, empty, null, null)))
          .hasStackTraceContaining("cannot use mqtt.ca_file: there is no certificate in " + empty);
    }
  }
}
