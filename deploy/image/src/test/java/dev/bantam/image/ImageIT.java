package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.testkit.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The container image of this machine's architecture: without network and rights, on a read-only
 * root, in little memory.
 */
@Timeout(1200)
@ExtendWith(BuiltImage.Extension.class)
class ImageIT {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int MOST_BYTES = 60_000_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private static List<String> hardened(BuiltImage image, String... rest) {
    List<String> arguments = new ArrayList<>(List.of("run", "--network", "none", "--read-only"));
    arguments.addAll(List.of("--cap-drop", "all", "-m", "512m", "--tmpfs", "/data"));
    arguments.addAll(List.of("-v", image.bundle() + ":/b.tar:ro"));
    arguments.addAll(List.of(rest));
    return arguments;
  }

  @Test
  void shouldAnswerSensorsWithABundleAndNothingElse(BuiltImage image) {
    BantamProcess up =
        image
            .running()
            .run(hardened(image, "--rm", image.name(), "up", "--once", "--bundle", "/b.tar"));

    assertThat(up.exitStatus(LIMIT)).as(up.toString()).isZero();
    assertThat(up.output() + up.errors())
        .contains("3 of 3 sensors answered", "all-minilm-l6-v2-int8")
        .contains("docker exec CONTAINER java @/app/bantam ask classify")
        .doesNotContain(
            "Exception", "libraries in /app/native", "MacAddress", "apt-get", "give pip");
  }

  @Test
  void shouldTellItsHealthAndStopWhenItIsTold(BuiltImage image, @TempDir Path folder)
      throws Exception {
    Podman podman = image.running();
    Path config =
        Files.writeString(
            folder.resolve("bantam.yaml"), "device: box-1\nbroker: {listen: '127.0.0.1:1883'}\n");
    String site = config + ":/etc/bantam/bantam.yaml:ro";
    podman.output(
        hardened(
            image,
            "-d",
            "--name",
            "box-1",
            "-v",
            site,
            image.name(),
            "run",
            "--config",
            "/etc/bantam/bantam.yaml",
            "--bundle",
            "/b.tar"));

    Eventually.await(
        "the container is healthy: " + podman.run("logs", "box-1"),
        LIMIT,
        () -> podman.run("exec", "box-1", "java", "@/app/health").exitStatus(LIMIT) == 0);

    assertThat(podman.output("exec", "box-1", "java", "@/app/health", "--live")).contains("live");
    assertThat(podman.output("exec", "box-1", "java", "@/app/bantam", "health")).contains("ready");
    podman.output("stop", "-t", "60", "box-1");
    assertThat(podman.output("wait", "box-1")).isEqualTo("0");
  }

  @Test
  void shouldBeSmallAndOfItsOwnPlatformOnly(BuiltImage image, @TempDir Path folder)
      throws Exception {
    BantamProcess described =
        BantamProcess.run(
            LIMIT,
            BuiltImage.SCRIPTS.resolve("describe").toString(),
            image.archive().toString(),
            "--json");
    assertThat(JSON.readTree(described.output()).get("bytes").asInt())
        .as(described.toString())
        .isPositive()
        .isLessThan(MOST_BYTES);

    BantamProcess files =
        BantamProcess.run(
            LIMIT,
            "bash",
            "-c",
            "tar -xf '%s' -C '%s' && for layer in '%2$s'/*.tar*; do tar -tf \"$layer\"; done"
                .formatted(image.archive(), folder));
    assertThat(files.exitStatus(LIMIT)).as(files.errors()).isZero();
    assertThat(files.output())
        .contains("app/native/libonnxruntime.so", "app/native/libtokenizers.so", "app/bantam.jsa")
        .doesNotContain(".dll", ".dylib", "langchain4j", "bin/sh", "bin/bash", "testkit");
  }

  @Test
  void shouldRunAsNobody(BuiltImage image) throws Exception {
    JsonNode told =
        JSON.readTree(image.running().output("image", "inspect", image.name()))
            .get(0)
            .get("Config");

    assertThat(told.get("User").asText()).isEqualTo("65532:65532");
    assertThat(told.get("Volumes").has("/data")).isTrue();
    assertThat(told.get("Entrypoint").toString()).isEqualTo("[\"java\",\"@/app/bantam\"]");
    assertThat(told.at("/Labels").get("org.opencontainers.image.licenses").asText())
        .isEqualTo("Apache-2.0");
  }
}
