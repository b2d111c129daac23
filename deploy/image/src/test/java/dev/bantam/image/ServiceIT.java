package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.testkit.Eventually;
import dev.bantam.testkit.NotificationReceiver;
import dev.bantam.testkit.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code ./bantam run} as the main process of a service: what it tells systemd from start to end.
 */
@Timeout(180)
class ServiceIT {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  @TempDir Path folder;

  @Test
  void shouldTellWhenItServesThatItLivesAndWhenItStops() throws Exception {
    Path config =
        Files.writeString(
            folder.resolve("bantam.yaml"), EncoderSite.encoderOnly(folder, Ports.free()));
    try (NotificationReceiver systemd =
            NotificationReceiver.start(folder, folder.resolve("notify").toString());
        BantamProcess device =
            BantamProcess.bantam(
                folder.resolve("home"),
                Map.of("NOTIFY_SOCKET", systemd.address(), "WATCHDOG_USEC", "1000000"),
                "run",
                "--config",
                config.toString(),
                "--device",
                "plant-7")) {
      Eventually.await(
          "pings\n" + device, LIMIT, () -> systemd.messages().lastIndexOf("WATCHDOG=1") > 6);

      List<String> messages = systemd.messages();
      assertThat(messages)
          .startsWith("STATUS=gets and loads models")
          .contains("READY=1", "STATUS=serves slot encoder")
          .doesNotContain("STOPPING=1");
      assertThat(systemd.senders()).containsExactly(device.pid());
      assertThat(device.errors()).contains("device   plant-7, profile encoder-only");

      assertThat(device.stop()).as(device.toString()).isZero();
      assertThat(systemd.messages()).contains("STOPPING=1");
    }
  }

  @Test
  void shouldSayWhichNamesOfNodesCannotBeDevices() throws Exception {
    Path config =
        Files.writeString(
            folder.resolve("bantam.yaml"), EncoderSite.encoderOnly(folder, Ports.free()));
    try (BantamProcess refused =
        BantamProcess.bantam(
            folder.resolve("home"),
            "run",
            "--config",
            config.toString(),
            "--device",
            "n1.example")) {
      assertThat(refused.exitStatus(LIMIT)).as(refused.toString()).isEqualTo(2);
      assertThat(refused.errors()).contains("\"n1.example\" is no device id");
    }
  }
}
