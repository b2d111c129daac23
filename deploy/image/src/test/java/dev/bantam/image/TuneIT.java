package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.testkit.Eventually;
import dev.bantam.testkit.Mosquitto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bantam tune}, by hand and by a device that nobody asks, from the launcher. */
class TuneIT {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Path TINY =
      BantamProcess.root()
          .resolve("runtime/models/src/test/resources/dev/bantam/models/importer/tiny-q4_1.gguf");
  private static final String BASE = "bantam/v1/device/tuned";

  @TempDir Path folder;

  private Path home;

  @BeforeEach
  void setUp() throws Exception {
    home = Files.createDirectories(folder.resolve("home"));
    assertThat(ended("model", "import", TINY.toString(), "--name", "tiny")).isZero();
    Files.writeString(
        folder.resolve("one-slot.yaml"),
        """
        name: one-slot
        match: {}
        threads: 2
        spinning: false
        context_length: 256
        slots:
          - {name: assistant, plugin: text-generation, model: tiny}
        """);
  }

  private int ended(String... arguments) {
    try (BantamProcess process = BantamProcess.bantam(home, arguments)) {
      return process.exitStatus(LIMIT);
    }
  }

  private Path site(Mosquitto broker) throws IOException {
    return Files.writeString(
        folder.resolve("bantam.yaml"),
        "device: tuned\nprofile: ./one-slot.yaml\nmqtt: {url: %s}\n".formatted(broker.url()));
  }

  private List<Path> records() throws IOException {
    Path tuning = home.resolve("tuning");
    if (!Files.isDirectory(tuning)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(tuning)) {
      return files.filter(file -> file.toString().endsWith(".json")).toList();
    }
  }

  @Test
  void shouldMeasureWhileNobodyAsksAndLoadByItTheNextTime() throws Exception {
    try (Mosquitto broker = Mosquitto.start(folder.resolve("mosquitto"))) {
      String config = site(broker).toString();
      try (BantamProcess device =
          BantamProcess.bantam(
              home, "run", "--config", config, "--tune-after", "1", "--tune-busy")) {
        device.awaitText("It counts when the model is loaded next", LIMIT);
        assertThat(device.errors()).contains("tuning   tiny:").contains("(slot assistant): ");
        assertThat(device.stop()).isIn(0, 143);
      }
      assertThat(records()).hasSize(1);

      try (BantamProcess device =
          BantamProcess.bantam(home, "run", "--config", config, "--tune-after", "0", "-v")) {
        device.awaitText("serving", LIMIT);
        String chosen = Files.readString(records().get(0)).split("\"chosen\"", 2)[1];
        String threads = chosen.replaceAll("(?s)^[^0-9]*\"threads\" : ([0-9]+).*", "$1");
        assertThat(device.errors())
            .containsPattern("loaded in [0-9]+ ms, %s thread".formatted(threads));
      }
    }
  }

  @Test
  void shouldGiveWayToWhoeverAsks() throws Exception {
    try (Mosquitto broker = Mosquitto.start(folder.resolve("mosquitto"))) {
      MosquittoClients clients = new MosquittoClients(broker.port());
      try (BantamProcess device =
          BantamProcess.bantam(
              home,
              "run",
              "--config",
              site(broker).toString(),
              "--tune-after",
              "1",
              "--tune-busy")) {
        device.awaitText("serving", LIMIT);
        Eventually.await("a child measures", LIMIT, () -> child(device).isPresent());
        long pid = child(device).orElseThrow().pid();

        BantamProcess answer =
            BantamProcess.run(
                LIMIT,
                clients.request(BASE, "complete", "-m", "{\"prompt\":\"hi\",\"max_tokens\":2}"));

        assertThat(answer.output()).contains("finish_reason");
        Eventually.await("the child is ended", LIMIT, () -> ProcessHandle.of(pid).isEmpty());
        assertThat(device.stop()).isIn(0, 143);
      }
    }
  }

  private static Optional<ProcessHandle> child(BantamProcess device) {
    return ProcessHandle.of(device.pid()).stream()
        .flatMap(ProcessHandle::descendants)
        .filter(ProcessHandle::isAlive)
        .filter(process -> commandLine(process).contains(" tune tiny"))
        .findFirst();
  }

  /** All of it; a {@link ProcessHandle} knows the first 4,096 bytes, which the class path fills. */
  private static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline")).replace('\0', ' ');
    } catch (IOException e) {
      return "";
    }
  }

  @Test
  void shouldKeepNothingOfWhatWasInterrupted() throws Exception {
    String profile = folder.resolve("one-slot.yaml").toString();
    for (boolean isKilled : List.of(true, false)) {
      try (BantamProcess tune =
          BantamProcess.bantam(home, "tune", "--busy", "tiny", "--profile", profile)) {
        tune.awaitText("heats 2 of 4", LIMIT);
        if (isKilled) {
          ProcessHandle.of(tune.pid()).ifPresent(ProcessHandle::destroyForcibly);
          tune.exitStatus(LIMIT);
        } else {
          assertThat(tune.stop()).isEqualTo(143);
        }
      }
      assertThat(records()).isEmpty();
    }
    assertThat(ended("tune", "--busy", "tiny", "--profile", profile)).isZero();
    assertThat(records()).hasSize(1);
  }
}
