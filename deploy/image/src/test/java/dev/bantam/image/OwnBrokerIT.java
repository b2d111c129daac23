package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.testkit.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./bantam run} with a broker of its own that others enter, as security.md shows. */
@Timeout(300)
class OwnBrokerIT {

  private static final Duration START = Duration.ofMinutes(2);
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path folder;

  private static BantamProcess ask(String host, int port, String... further) {
    List<String> command =
        new ArrayList<>(
            List.of("mosquitto_rr", "-V", "5", "-W", "50", "-h", host, "-p", "" + port));
    command.addAll(
        List.of(
            "-t",
            "bantam/v1/device/boiler-room/task/classify",
            "-e",
            "bantam/v1/device/boiler-room/answer/me/classify",
            "-m",
            "Water drips from the pipe."));
    command.addAll(Arrays.asList(further));
    return BantamProcess.run(LIMIT, command.toArray(String[]::new));
  }

  @Test
  void shouldServeOthersByPasswordAndItsOwnMachineWithout() throws Exception {
    // Given
    Optional<String> address = Ports.outsideAddress();
    Assumptions.assumeTrue(address.isPresent(), "this machine has no address but loopback");
    int port = Ports.free();
    Path home = folder.resolve("home");
    Files.writeString(folder.resolve("users"), "# who may enter\ndashboard:its password\n");
    Files.writeString(
        folder.resolve("encoder.yaml"),
        """
        name: encoder-only
        match: {}
        context_length: 512
        slots:
          - {name: encoder, plugin: text-encoding, model: all-minilm-l6-v2-int8, settings: {labels: "leak, fire"}}
        """);
    String yaml =
        """
        device: boiler-room
        profile: ./encoder.yaml
        broker:
          listen: 0.0.0.0:%d
        """
            .formatted(port);
    Path open = Files.writeString(folder.resolve("open.yaml"), yaml);
    Path config = Files.writeString(folder.resolve("bantam.yaml"), yaml + "  users_file: users\n");

    // When / Then
    BantamProcess refused =
        BantamProcess.bantam(home, Map.of(), "config", "check", open.toString());
    assertThat(refused.exitStatus(START)).isEqualTo(3);
    assertThat(refused.output())
        .contains("open.yaml:4: broker.listen: on 0.0.0.0 anybody on the network could enter");
    BantamProcess check =
        BantamProcess.bantam(home, Map.of(), "config", "check", config.toString());
    assertThat(check.exitStatus(START)).as(check.toString()).isZero();
    assertThat(check.output()).contains("warning: broker: passwords").contains("in the clear");
    try (BantamProcess runtime =
        BantamProcess.bantam(home, Map.of(), "run", "--config", config.toString())) {
      runtime.awaitText("serving", START);
      assertThat(ask(address.get(), port, "-u", "dashboard", "-P", "its password").output())
          .contains("leak");
      assertThat(ask(address.get(), port).output()).doesNotContain("leak");
      BantamProcess own =
          BantamProcess.bantam(home, Map.of(), "ask", "classify", "Water drips from the pipe.");
      assertThat(own.exitStatus(START)).as(own.toString()).isZero();
      assertThat(own.output()).contains("leak");
      assertThat(runtime.toString())
          .contains("others   0.0.0.0 port " + port)
          .doesNotContain("its password");
    }
  }
}
