package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bantam.testkit.Mosquitto;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./bantam run} on machines that cannot run a kernel, or the library at all. */
class DeviceTestIT {

  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private Mosquitto broker;
  private Path config;

  @BeforeEach
  void setUp() throws Exception {
    broker = Mosquitto.start(folder.resolve("mosquitto"));
    Path profile =
        Files.writeString(
            folder.resolve("profile.yaml"),
            """
            name: encoder
            match: {}
            context_length: 128
            slots:
              - {name: triage, plugin: text-encoding, model: all-minilm-l6-v2-int8}
            """);
    config =
        Files.writeString(
            folder.resolve("bantam.yaml"),
            "device: tested\nmqtt: {url: %s}\nprofile: %s\n".formatted(broker.url(), profile));
  }

  @AfterEach
  void tearDown() {
    broker.close();
  }

  private BantamProcess bantam(String options, String... arguments) {
    return BantamProcess.bantam(
        folder.resolve("home"), Map.of("BANTAM_JAVA_OPTS", options), arguments);
  }

  @Test
  void shouldSayWhyNothingIsServedWhereTheLibraryEndsItsProcess() throws Exception {
    Path libraries = BrokenLibrary.in(Files.createDirectory(folder.resolve("libraries")));
    String options = "-Donnxruntime.native.path=" + libraries;
    Path record = folder.resolve("home/device.json");

    BantamProcess first = bantam(options, "run", "--config", config.toString());
    assertThat(first.exitStatus(LIMIT)).as(first.toString()).isEqualTo(3);
    String message =
        "ONNX Runtime cannot be used on this machine: while ONNX Runtime's native library was loaded, the process ended by SIGILL: this processor lacks an instruction that it uses.";
    assertThat(first.errors()).contains(message).contains("bantam device test");
    String recorded = Files.readString(record);

    BantamProcess second = bantam(options, "run", "--config", config.toString());
    assertThat(second.exitStatus(LIMIT)).as(second.toString()).isEqualTo(3);
    assertThat(second.errors()).contains(message);
    assertThat(Files.readString(record)).as("the second start tests nothing").isEqualTo(recorded);

    try (BantamProcess sound = bantam("", "run", "--config", config.toString())) {
      sound.awaitText("kernels are right", LIMIT).awaitText("serving; Ctrl-C stops", LIMIT);
      assertThat(sound.stop()).as(sound.toString()).isZero();
    }
  }

  @Test
  void shouldLoadNoModelThatNeedsAFailedKernel() throws Exception {
    BantamProcess test = bantam("", "device", "test");
    assertThat(test.exitStatus(LIMIT)).as(test.toString()).isZero();
    Path file = folder.resolve("home/device.json");
    JsonNode record = JSON.readTree(file.toFile());
    for (JsonNode kernel : record.get("kernels")) {
      if (kernel.get("name").asText().equals("matmul_dynamic")) {
        ((ObjectNode) kernel).put("result", "crashed").put("detail", "it ended the process");
      }
    }
    JSON.writeValue(file.toFile(), record);

    BantamProcess run = bantam("", "run", "--config", config.toString());

    assertThat(run.exitStatus(LIMIT)).as(run.toString()).isEqualTo(3);
    assertThat(run.errors())
        .contains("failed: matmul_dynamic: it ended the process")
        .contains("slot triage")
        .contains("needs a kernel that failed in this machine's self-test")
        .contains("bantam device test");
  }
}
