package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bantam.testkit.Mosquitto;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
            execution_providers: [tensorrt, cuda, cpu]
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

  /** What the device says of ONNX Runtime once it serves, and how it ends. */
  private String servedWith(String... lines) {
    try (BantamProcess run = bantam("", "run", "--config", config.toString())) {
      run.awaitText("serving; Ctrl-C stops", LIMIT);
      assertThat(run.errors()).contains(lines);
      String status =
          new MosquittoClients(broker.port()).retained("bantam/v1/device/tested/status");
      assertThat(run.stop()).as(run.toString()).isZero();
      return status;
    }
  }

  private Path libraries() throws Exception {
    Path libraries = Files.createDirectory(folder.resolve("libraries"));
    Files.writeString(
        config, "native_libraries: %s\n".formatted(libraries), StandardOpenOption.APPEND);
    return libraries;
  }

  @Test
  void shouldServeOnTheCpuWhereTheLibraryEndsItsProcess() throws Exception {
    BrokenLibrary.in(libraries());
    String reason =
        "while ONNX Runtime's native library was loaded, the process ended by SIGILL: this processor lacks an instruction that it uses";

    String status =
        servedWith("kernels are right", "computes on cpu; passed over: tensorrt", reason);
    assertThat(status)
        .contains("\"execution_provider\":\"cpu\"")
        .contains(
            "\"tensorrt, cuda, cpu with the libraries in %s: %s"
                .formatted(folder.resolve("libraries"), reason));
    String recorded = Files.readString(folder.resolve("home/device.json"));

    servedWith("computes on cpu; passed over: tensorrt", reason);
    assertThat(Files.readString(folder.resolve("home/device.json")))
        .as("the second start tests nothing")
        .isEqualTo(recorded);
  }

  @Test
  void shouldServeOnTheCpuWhereTheLibraryIsNone() throws Exception {
    Path libraries = libraries();
    Files.writeString(libraries.resolve("libonnxruntime.so"), "no library\n");
    Files.writeString(libraries.resolve("libonnxruntime4j_jni.so"), "no library\n");

    assertThat(servedWith("computes on cpu; passed over: tensorrt", "file too short"))
        .contains("\"execution_provider\":\"cpu\"");
    BantamProcess plan = bantam("", "profile", "plan", "--config", config.toString());
    plan.exitStatus(LIMIT);
    assertThat(plan.output()).contains("execution      computes on cpu; passed over: tensorrt");
  }

  @Test
  void shouldComputeOnTheCpuOfLibrariesThatHoldNothingElse() throws Exception {
    BrokenLibrary.soundIn(libraries());

    assertThat(
            servedWith(
                "computes on cpu, with the libraries in " + folder.resolve("libraries"),
                "passed over: tensorrt",
                "cuda"))
        .contains("\"native_libraries\"");
  }

  @Test
  void shouldSayAtOnceWhyNothingIsServedWhereItIsKnown() throws Exception {
    BantamProcess test = bantam("", "device", "test", "--config", config.toString());
    assertThat(test.exitStatus(LIMIT)).as(test.toString()).isZero();
    Path file = folder.resolve("home/device.json");
    ObjectNode record = (ObjectNode) JSON.readTree(file.toFile());
    JSON.writeValue(file.toFile(), record.put("problem", "the process ended by SIGILL"));

    BantamProcess run = bantam("", "run", "--config", config.toString());

    assertThat(run.exitStatus(LIMIT)).as(run.toString()).isEqualTo(3);
    assertThat(run.errors())
        .contains("ONNX Runtime cannot be used on this machine: the process ended by SIGILL.")
        .contains("bantam device test");
  }

  @Test
  void shouldLoadNoModelThatNeedsAFailedKernel() throws Exception {
    BantamProcess test = bantam("", "device", "test", "--config", config.toString());
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
