package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bantam.testkit.Mosquitto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a person reads when a model cannot be had, from the launcher: the message, the exit status,
 * and that nothing half-made is left. The model is a tiny random one, behind a site's own catalog.
 */
class ModelFaultsIT {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Path TINY =
      BantamProcess.root()
          .resolve("runtime/models/src/test/resources/dev/bantam/models/importer/tiny-q4_1.gguf");
  private static final int REFUSED = 3;

  @TempDir Path folder;

  private Path home;
  private Path models;
  private byte[] tiny;

  @BeforeEach
  void setUp() throws Exception {
    home = Files.createDirectories(folder.resolve("home"));
    models = Files.createDirectories(folder.resolve("models"));
    tiny = Files.readAllBytes(TINY);
  }

  /** A site whose model comes from {@code file}. */
  private Path site(String brokerUrl, Path file, long size, String sha256) throws IOException {
    Files.writeString(
        folder.resolve("catalog.yaml"),
        """
        format: 1
        models:
          - name: tiny
            version: "1"
            description: random weights
            license: Apache-2.0
            file: tiny.gguf
            size: %d
            sha256: %s
            sources:
              - file: %s
        """
            .formatted(size, sha256, file));
    Files.writeString(
        folder.resolve("one-slot.yaml"),
        """
        name: one-slot
        match: {}
        context_length: 64
        slots:
          - {name: assistant, plugin: text-generation, model: tiny}
        """);
    return Files.writeString(
        folder.resolve("bantam.yaml"),
        """
        device: desk
        mqtt: {url: "%s"}
        profile: one-slot.yaml
        models: {folder: models, catalogs: [catalog.yaml]}
        slots:
          assistant: {model: tiny}
        """
            .formatted(brokerUrl));
  }

  private void addEncoder() throws IOException {
    Files.writeString(
        folder.resolve("one-slot.yaml"),
        "  - {name: encoder, plugin: text-encoding, model: all-minilm-l6-v2-int8}\n",
        StandardOpenOption.APPEND);
  }

  private BantamProcess run(Path config) {
    return BantamProcess.bantam(home, "run", "--config", config.toString());
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private void assertNothingHalfMade() throws IOException {
    try (Stream<Path> left = Files.walk(models)) {
      assertThat(
              left.filter(Files::isRegularFile).filter(file -> !file.toString().contains(".lock")))
          .isEmpty();
    }
  }

  private static void assertFails(BantamProcess process, String... words) {
    assertThat(process.exitStatus(LIMIT)).as(process.toString()).isIn(1, 2, REFUSED);
    assertThat(process.errors())
        .contains(words)
        .doesNotContain("unexpected failure")
        .doesNotContain("\tat ");
  }

  @Test
  void shouldRefuseAFileWithAnotherSha256() throws Exception {
    byte[] other = tiny.clone();
    other[other.length - 1] ^= 1;
    Path file = Files.write(folder.resolve("tiny.gguf"), other);
    try (BantamProcess run = run(site("mqtt://127.0.0.1:9", file, tiny.length, sha256(tiny)))) {
      assertFails(run, "sha256", sha256(tiny));
      assertNothingHalfMade();
    }
  }

  @Test
  void shouldNotServeAModelWhoseFileWasChangedOnTheDisk() throws Exception {
    // Given
    Path file = Files.write(folder.resolve("tiny.gguf"), tiny);
    Path config = site("mqtt://127.0.0.1:9", file, tiny.length, sha256(tiny));
    try (BantamProcess pull =
        BantamProcess.bantam(home, "model", "pull", "tiny", "--config", config.toString())) {
      assertThat(pull.exitStatus(LIMIT)).as(pull.toString()).isZero();
    }
    Path largest;
    try (Stream<Path> blobs = Files.walk(models.resolve("blobs"))) {
      largest =
          blobs
              .filter(Files::isRegularFile)
              .max(Comparator.comparing(blob -> blob.toFile().length()))
              .orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(largest);
    bytes[bytes.length / 2] ^= 1;
    largest.toFile().setWritable(true);
    Files.write(largest, bytes);

    // When
    try (BantamProcess run = run(config)) {
      // Then
      assertFails(run, "is damaged", "expected sha256", "To repair it, type: ");
    }
    try (Mosquitto broker = Mosquitto.start(folder.resolve("broker"))) {
      Path beside = site(broker.url(), file, tiny.length, sha256(tiny));
      addEncoder();
      try (BantamProcess run = run(beside)) {
        run.awaitText("serving, but not slot assistant", LIMIT);
        assertThat(run.errors()).contains("is damaged", "To repair it, type: ");
        assertThat(run.stop()).isZero();
      }
    }
  }

  @Test
  void shouldServeTheSlotsWhoseModelsThereAreAndSayWhatTheOtherLacks() throws Exception {
    try (Mosquitto broker = Mosquitto.start(folder.resolve("broker"))) {
      // Given a profile with an encoder, too, and no file of the other model
      Path config = site(broker.url(), folder.resolve("away.gguf"), tiny.length, sha256(tiny));
      addEncoder();

      // When
      try (BantamProcess run = run(config)) {
        run.awaitText("serving", LIMIT);

        // Then
        assertThat(run.errors())
            .contains("slot assistant has no model for now", "away.gguf")
            .contains("serving, but not slot assistant, which has no model")
            .contains("bantam model pull tiny");
        String base = "bantam/v1/device/desk";
        String port = String.valueOf(broker.port());
        BantamProcess status =
            BantamProcess.run(
                LIMIT, "mosquitto_sub", "-p", port, "-t", base + "/status", "-C", "1", "-W", "20");
        JsonNode slots = new ObjectMapper().readTree(status.output()).path("slots");
        assertThat(slots.findValuesAsText("name")).containsExactly("assistant", "encoder");
        assertThat(slots.findValuesAsText("state")).containsExactly("no_model", "serving");
        assertThat(slots.get(0).path("reason").asText()).contains("bantam model pull tiny");
        BantamProcess answer =
            BantamProcess.run(
                LIMIT,
                "mosquitto_rr",
                "-V",
                "5",
                "-p",
                port,
                "-t",
                base + "/task/similarity",
                "-e",
                base + "/answer/me",
                "-m",
                "{\"text\":\"hot\",\"texts\":[\"warm\"]}",
                "-W",
                "20");
        assertThat(answer.output()).contains("\"score\"");
        assertThat(run.stop()).isZero();
      }
    }
  }

  @Test
  void shouldRefuseATruncatedFile() throws Exception {
    byte[] half = Arrays.copyOf(tiny, tiny.length / 2);
    Path file = Files.write(folder.resolve("tiny.gguf"), half);
    try (BantamProcess run = run(site("mqtt://127.0.0.1:9", file, half.length, sha256(half)));
        BantamProcess imported =
            BantamProcess.bantam(home, "model", "import", file.toString(), "--name", "half")) {
      assertFails(run, "tiny.gguf");
      assertFails(imported, "tiny.gguf");
      assertNothingHalfMade();
      assertThat(home.resolve("models/half")).doesNotExist();
    }
  }

  @Test
  void shouldSayThatTheDiskIsFull() throws Exception {
    BantamProcess mount =
        BantamProcess.run(
            LIMIT, "mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", models.toString());
    Assumptions.assumeTrue(mount.exitStatus(LIMIT) == 0, "mounting a file system needs root");
    Path file = Files.write(folder.resolve("tiny.gguf"), tiny);
    try (BantamProcess run = run(site("mqtt://127.0.0.1:9", file, tiny.length, sha256(tiny)))) {
      assertFails(run, "is full", "more needed", "bantam model rm NAME");
      try (Stream<Path> left = Files.walk(models.resolve("blobs"))) {
        assertThat(left.filter(Files::isRegularFile)).isEmpty();
      }
    } finally {
      BantamProcess.run(LIMIT, "umount", models.toString());
    }
  }

  @Test
  void shouldImportAgainWhatAnOlderBantamImported() throws Exception {
    try (Mosquitto broker = Mosquitto.start(folder.resolve("broker"))) {
      // Given
      Path file = Files.write(folder.resolve("tiny.gguf"), tiny);
      Path config = site(broker.url(), file, tiny.length, sha256(tiny));
      try (BantamProcess first = run(config)) {
        first.awaitText("serving", LIMIT);
        assertThat(first.stop()).isZero();
      }
      Path installed = models.resolve("tiny/1/installed.json");
      String current = importer(installed, 0);

      // When
      Path away = Files.move(file, folder.resolve("away.gguf"));
      try (BantamProcess without = run(config)) {
        without.awaitText("serving", LIMIT);
        assertThat(without.stop()).isZero();
        assertThat(without.errors())
            .contains("tiny:1@q4_1 was imported by an older Bantam")
            .contains("as the older Bantam imported it")
            .contains("the next start tries again");
      }
      Files.move(away, file);
      try (BantamProcess again = run(config)) {
        again.awaitText("serving", LIMIT);
        assertThat(again.stop()).isZero();

        // Then
        assertThat(again.errors())
            .contains("fetching and importing it again")
            .contains("is installed, imported again");
      }
      assertThat(importer(installed, 0)).isEqualTo(current);
    }
  }

  /** Sets the version of the importer that made a model; returns what it was. */
  private static String importer(Path installed, int version) throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode document = (ObjectNode) json.readTree(installed.toFile());
    String before = document.path("importer").asText();
    document.put("importer", version);
    Files.write(installed, List.of(json.writeValueAsString(document)));
    return before;
  }
}
