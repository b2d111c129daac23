package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.testkit.Mosquitto;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@code profile plan} says a device takes at rest, against RssAnon and VmSwap of a process
 * that has just loaded the same models and serves nobody.
 */
class PlannedMemoryIT {

  private static final Duration START = Duration.ofMinutes(2);
  private static final Percentage TENTH = Percentage.withPercentage(10);
  private static final String ASSISTANT =
      "  - {name: assistant, plugin: text-generation, model: smollm2-135m-instruct}\n";
  private static final String ENCODER =
      "  - {name: encoder, plugin: text-encoding, model: all-minilm-l6-v2-int8}\n";

  @TempDir Path folder;

  @BeforeAll
  static void pull() throws Exception {
    SmolLm2.files();
  }

  @ParameterizedTest
  @ValueSource(strings = {ASSISTANT, ENCODER, ASSISTANT + ENCODER})
  void shouldTakeAtRestWhatWasPlanned(String slots) throws Exception {
    // Given
    Files.writeString(
        folder.resolve("own.yaml"),
        "name: own\nmatch: {}\nthreads: 2\ncontext_length: 2048\nslots:\n" + slots);
    try (Mosquitto broker = Mosquitto.start(folder.resolve("mosquitto"))) {
      Path config = folder.resolve("bantam.yaml");
      Files.writeString(
          config,
          "device: planned\nprofile: ./own.yaml\nmqtt: {url: %s}\n".formatted(broker.url()));
      try (BantamProcess runtime =
          BantamProcess.bantam(BantamProcess.testHome(), "run", "--config", config.toString())) {
        runtime.awaitText("serving", START);

        // When
        JsonNode plan = plan(config);
        long measured = runtime.ownBytes();

        // Then
        assertThat(plan.get("fits").asBoolean()).as(plan.toString()).isTrue();
        assertThat(plan.get("at_rest_bytes").asLong()).as(slots).isCloseTo(measured, TENTH);
        assertThat(runtime.stop()).isIn(0, 143);
      }
    }
  }

  private static JsonNode plan(Path config) throws Exception {
    BantamProcess plan =
        BantamProcess.bantam(
            BantamProcess.testHome(), "profile", "plan", "--config", config.toString(), "--json");
    assertThat(plan.exitStatus(START)).as(plan.toString()).isZero();
    String[] lines = plan.output().split("\n");
    return new ObjectMapper().readTree(lines[lines.length - 1]);
  }
}
