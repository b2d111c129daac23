package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.testkit.Eventually;
import dev.bantam.testkit.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code deploy/compose}: the file as Compose reads it, and its broker's configuration and
 * certificates with a real mosquitto, a device and clients.
 */
@Timeout(240)
class ComposeIT {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Path COMPOSE = BantamProcess.root().resolve("deploy/compose");
  private static final String BASE = "bantam/v1/device/gateway-1";

  @TempDir Path folder;
  private Path secrets;

  @BeforeEach
  void issue() {
    secrets = issued("secrets");
  }

  private Path issued(String name) {
    Path target = folder.resolve(name);
    Programs.done(
        BantamProcess.start(
            List.of(COMPOSE.resolve("certificates").toString()),
            Map.of("BANTAM_SECRETS", target.toString())),
        LIMIT);
    return target;
  }

  private static BantamProcess config(Path file) {
    BantamProcess compose =
        BantamProcess.run(LIMIT, "docker-compose", "-f", file.toString(), "config");
    compose.exitStatus(LIMIT);
    return compose;
  }

  @Test
  void shouldBeAFileThatComposeTakes() throws IOException {
    Programs.need("docker-compose", "docker-compose");
    BantamProcess taken = config(COMPOSE.resolve("compose.yaml"));

    assertThat(taken.exitStatus(LIMIT)).as(taken.toString()).isZero();
    assertThat(taken.output())
        .contains("read_only: true", "no-new-privileges:true", "gateway-1.key");

    String text = Files.readString(COMPOSE.resolve("compose.yaml"));
    Path wrong =
        Files.writeString(folder.resolve("wrong.yaml"), text.replace("read_only", "readonly"));
    assertThat(config(wrong).exitStatus(LIMIT)).isNotZero();
  }

  /** Copies a file with the paths that it has in containers exchanged for those of this machine. */
  private Path here(String name, String... more) throws IOException {
    String text = Files.readString(COMPOSE.resolve(name));
    List<String> exchanged =
        new ArrayList<>(
            List.of(
                "/run/secrets/ca", secrets.resolve("ca.pem").toString(),
                "/run/secrets/broker_certificate", secrets.resolve("broker.pem").toString(),
                "/run/secrets/broker_key", secrets.resolve("broker.key").toString(),
                "/run/secrets/device_certificate", secrets.resolve("gateway-1.pem").toString(),
                "/run/secrets/device_key", secrets.resolve("gateway-1.key").toString()));
    exchanged.addAll(List.of(more));
    for (int i = 0; i < exchanged.size(); i += 2) {
      text = text.replace(exchanged.get(i), exchanged.get(i + 1));
    }
    return Files.writeString(folder.resolve(name), text);
  }

  private BantamProcess broker(int port) throws IOException {
    Path settings = Files.createDirectories(folder.resolve("conf.d"));
    Path mosquitto = BantamProcess.root().resolve("deploy/mosquitto");
    Files.copy(mosquitto.resolve("bantam.conf"), settings.resolve("bantam.conf"));
    Path data = Files.createDirectories(folder.resolve("data"));
    Path config =
        here(
            "mosquitto.conf",
            "listener 8883",
            "listener " + port + " 127.0.0.1",
            "/mosquitto/config/bantam.acl",
            mosquitto.resolve("bantam.acl").toString(),
            "/mosquitto/config/conf.d",
            settings.toString(),
            "/mosquitto/data/",
            data + "/");
    if (System.getProperty("user.name").equals("root")) {
      Files.writeString(settings.resolve("root.conf"), "user root\n");
    }
    BantamProcess broker =
        BantamProcess.start(
            List.of(
                "bash", "-c", "PATH=$PATH:/usr/sbin exec mosquitto -c \"$0\"", config.toString()),
            Map.of());
    Eventually.await("mosquitto\n" + broker, LIMIT, () -> Ports.isOpen(port));
    return broker;
  }

  /** As a party whose certificate is in a folder. */
  private BantamProcess client(int port, Path of, String party, String program, String... rest) {
    List<String> command =
        new ArrayList<>(List.of(program, "-h", "localhost", "-p", String.valueOf(port), "-V", "5"));
    command.addAll(List.of("--cafile", secrets.resolve("ca.pem").toString(), "-q", "1"));
    if (!party.isEmpty()) {
      command.addAll(List.of("--cert", of.resolve(party + ".pem").toString()));
      command.addAll(List.of("--key", of.resolve(party + ".key").toString()));
    }
    command.addAll(List.of(rest));
    return BantamProcess.run(LIMIT, command.toArray(String[]::new));
  }

  @Test
  void shouldServeThoseWithACertificateWhatTheirsIsAndRefuseOthers() throws IOException {
    int port = Ports.free();
    here("bantam.yaml", "mosquitto:8883", "localhost:" + port);
    Path config = folder.resolve("bantam.yaml");
    Files.writeString(
        config, Files.readString(config) + "profile: " + EncoderSite.profile(folder) + "\n");
    try (BantamProcess broker = broker(port);
        BantamProcess device =
            BantamProcess.bantam(
                folder.resolve("home"),
                "run",
                "--wait-for-models",
                "--config",
                config.toString())) {
      device.awaitText("serving", LIMIT);

      String[] question = {
        "-t", BASE + "/task/classify", "-e", BASE + "/answer/dashboard/classify", "-W", "50"
      };
      List<String> asking = new ArrayList<>(List.of(question));
      asking.addAll(List.of("-m", "Water drips from the pipe."));
      String[] ask = asking.toArray(String[]::new);
      assertThat(client(port, secrets, "dashboard", "mosquitto_rr", ask).output())
          .as(device + "\n" + broker)
          .contains("leak");

      String[] wish = {"-t", BASE + "/slot/none/desired", "-m", "{}"};
      assertThat(client(port, secrets, "dashboard", "mosquitto_pub", wish).errors())
          .contains("Not authorized");
      assertThat(client(port, secrets, "operations", "mosquitto_pub", wish).errors()).isEmpty();

      Path strangers = issued("strangers");
      assertThat(client(port, secrets, "", "mosquitto_pub", wish).exitStatus(LIMIT)).isNotZero();
      assertThat(client(port, strangers, "operations", "mosquitto_pub", wish).exitStatus(LIMIT))
          .isNotZero();
      assertThat(device.stop()).as(device.toString()).isZero();
    }
  }
}
