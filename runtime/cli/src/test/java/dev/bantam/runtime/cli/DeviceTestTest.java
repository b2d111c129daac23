package dev.bantam.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With the real child, on this machine. */
@Timeout(120)
class DeviceTestTest {

  @TempDir Path home;

  @Test
  void shouldTestThisMachineAndRememberIt() throws Exception {
    CommandRun run = CommandRun.of(home, "device", "test", "--json");

    assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
    JsonNode json = run.json();
    assertThat(json.at("/machine/onnxruntime_java").asText())
        .isEqualTo(json.get("onnxruntime").asText());
    assertThat(json.get("problem").isNull()).isTrue();
    assertThat(json.get("kernels")).isNotEmpty();
    json.get("kernels")
        .forEach(
            kernel -> {
              assertThat(kernel.get("result").asText()).isEqualTo("right");
              assertThat(kernel.get("median_nanos").asLong()).isPositive();
            });
    assertThat(home.resolve("device.json")).exists();
  }

  @Test
  void shouldTellPeople() {
    CommandRun run = CommandRun.of(home, "device", "test");

    assertThat(run.out())
        .containsPattern("matmul_4bit +right +[0-9.]+ µs")
        .containsPattern(
            "self-test of ONNX Runtime [0-9.]+: all [0-9]+ kernels are right, in [0-9]+ ms");
  }
}
