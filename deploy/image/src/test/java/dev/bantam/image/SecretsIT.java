package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.testkit.CertificateAuthority;
import dev.bantam.testkit.Mosquitto;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code ./bantam run} at its most talkative, with a password that is wrong at first and a
 * certificate of its own: none of the secrets stands in anything that it prints, writes or
 * publishes.
 */
@Timeout(300)
class SecretsIT {

  private static final Duration START = Duration.ofMinutes(2);
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String WRONG = "wr0ng-p4ssw0rd-of-mqtt";
  private static final String RIGHT = "r1ght-p4ssw0rd-of-mqtt";
  private static final String STORE = "p4ssw0rd-of-the-keystore";
  private static final String PROFILE =
      """
      name: encoder-only
      match: {}
      context_length: 512
      slots:
        - {name: encoder, plugin: text-encoding, model: all-minilm-l6-v2-int8, settings: {labels: "leak, fire"}}
      """;

  @TempDir Path folder;

  @Test
  void shouldPrintWriteAndPublishNoSecret() throws Exception {
    // Given
    CertificateAuthority authority = CertificateAuthority.create(folder.resolve("ca"), "Plant CA");
    CertificateAuthority.Issued server = authority.issue("ip:127.0.0.1");
    CertificateAuthority.Issued own = authority.issueClient("gateway-1");
    CertificateAuthority.keystore(own, folder.resolve("own.p12"), STORE);
    Files.writeString(folder.resolve("store-password"), STORE + "\n");
    Files.writeString(folder.resolve("password"), WRONG + "\n");
    Files.writeString(folder.resolve("encoder.yaml"), PROFILE);
    Path users = Files.writeString(folder.resolve("users"), "");
    BantamProcess.run(LIMIT, "mosquitto_passwd", "-b", users.toString(), "gateway-1", RIGHT);
    try (Mosquitto broker =
        Mosquitto.start(
            folder.resolve("broker"),
            "certfile " + server.certificate(),
            "keyfile " + server.key(),
            "cafile " + authority.caFile(),
            "require_certificate true",
            "allow_anonymous false",
            "password_file " + users)) {
      Path config =
          Files.writeString(
              folder.resolve("bantam.yaml"),
              """
              device: gateway-1
              profile: ./encoder.yaml
              mqtt:
                url: mqtts://127.0.0.1:%d
                ca_file: ca/ca.pem
                username_env: BANTAM_TEST_USER
                password_file: password
                client_keystore_file: own.p12
                client_keystore_password_file: store-password
              """
                  .formatted(broker.port()));
      Path home = folder.resolve("home");
      Map<String, String> environment =
          Map.of("BANTAM_TEST_USER", "gateway-1", "BANTAM_DEBUG", "1");
      List<String> said = new ArrayList<>();

      // When
      BantamProcess check =
          BantamProcess.bantam(home, environment, "config", "check", config.toString());
      assertThat(check.exitStatus(START)).as(check.toString()).isZero();
      try (BantamProcess runtime =
          BantamProcess.bantam(home, environment, "run", "--config", config.toString())) {
        runtime.awaitText("refuses the user", START);
        Files.writeString(folder.resolve("password"), RIGHT + "\n");
        runtime.awaitText("serving", START);
        BantamProcess doctor = BantamProcess.bantam(home, environment, "doctor", "--json");
        doctor.exitStatus(START);
        assertThat(doctor.output()).contains("gateway-1");
        said.add(status(broker, authority, own));
        said.add(doctor.toString());
        assertThat(runtime.stop()).as(runtime.toString()).isIn(0, 143);
        said.add(runtime.toString());
      }
      said.add(check.toString());
      said.add(filesBelow(home));

      // Then
      String key = Files.readString(own.key()).lines().skip(1).findFirst().orElseThrow();
      assertThat(String.join("\n", said))
          .contains("INFO ", "\"online\"")
          .doesNotContain(WRONG, RIGHT, STORE, key);
    }
  }

  private static String status(
      Mosquitto broker, CertificateAuthority authority, CertificateAuthority.Issued own) {
    BantamProcess subscriber =
        BantamProcess.run(
            LIMIT,
            "mosquitto_sub",
            "-h",
            "127.0.0.1",
            "-p",
            String.valueOf(broker.port()),
            "--cafile",
            authority.caFile().toString(),
            "--cert",
            own.certificate().toString(),
            "--key",
            own.key().toString(),
            "-u",
            "gateway-1",
            "-P",
            RIGHT,
            "-t",
            "bantam/v1/device/gateway-1/status",
            "-C",
            "1",
            "-W",
            "10");
    return subscriber.output();
  }

  /** All that was written but models and libraries. */
  private static String filesBelow(Path home) throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        boolean large = Files.size(file) > 100_000;
        all.append(large ? "" : Files.readString(file, StandardCharsets.ISO_8859_1)).append('\n');
      }
    }
    return all.toString();
  }
}
