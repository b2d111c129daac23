package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The arm64 image's files on an emulated Cortex-A72, the processor of a Raspberry Pi 4, compared
 * with this machine: the short form of {@code deploy/prove-arm64}.
 */
@Timeout(1800)
class ArmIT {

  private static final Duration LIMIT = Duration.ofMinutes(15);
  private static final int CANNOT_EMULATE = 77;
  private static final Path DEPLOY = BantamProcess.root().resolve("deploy");

  @Test
  void shouldComputeTheSameOnAnEmulatedCortexA72() throws Exception {
    // Given an image without its archive of classes, which takes minutes to make under emulation
    Programs.need("qemu-aarch64-static", "qemu-user-static");
    Programs.need("dpkg-deb", "dpkg");
    Programs.done(LIMIT, DEPLOY.resolve("image/build").toString(), "--plain", "arm64");
    Path image = DEPLOY.resolve("image/target/bantam-arm64-plain.tar");

    // When
    BantamProcess proof =
        BantamProcess.run(
            LIMIT,
            DEPLOY.resolve("prove-arm64").toString(),
            "--short",
            "--cpu",
            "cortex-a72",
            "--image",
            image.toString());

    // Then
    int status = proof.exitStatus(LIMIT);
    assumeTrue(status != CANNOT_EMULATE, proof.errors());
    assertThat(status).as(proof.toString()).isZero();
    String[] lines = proof.output().strip().split("\n");
    JsonNode told = new ObjectMapper().readTree(lines[lines.length - 1]);
    assertThat(told.get("passed").asBoolean()).isTrue();
    assertThat(told.get("steps").findValuesAsText("step"))
        .containsExactly(
            "start",
            "self-test",
            "device: models of a bundle, MQTT",
            "classify",
            "embed",
            "complete",
            "hot-swap under requests",
            "after the swap",
            "SIGTERM",
            "greedy tokens",
            "embeddings");
  }
}
