package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.models.InstalledModel;
import dev.bantam.models.ModelRepository;
import dev.bantam.models.importer.quantize.Quantization;
import dev.bantam.spi.ModelReference;
import dev.bantam.testkit.Eventually;
import dev.bantam.testkit.Mosquitto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} at random moments of swaps and their probation. {@code -Dbantam.kills=100} for
 * more than the ten of every test run.
 */
@Timeout(1800)
class SwapKillIT {

  private static final String BASE = "bantam/v1/device/killed";
  private static final String REPORTED = BASE + "/slot/assistant/reported";
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int KILLS = Integer.getInteger("bantam.kills", 10);
  private static final int LATEST_MS = 1500;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  @Test
  void shouldServeAWholeModelAndTryNoneTwice() throws Exception {
    // Given
    Path home = folder.resolve("home");
    ModelRepository models = ModelRepository.open(home.resolve("models"));
    Path tiny =
        BantamProcess.root()
            .resolve("runtime/models/src/test/resources/dev/bantam/models/importer/tiny-f32.gguf");
    models.importFile(tiny, "tiny", Quantization.NONE, (step, done, total) -> {});
    models.importFile(
        tiny, "tiny", Quantization.named("q8").orElseThrow(), (step, done, total) -> {});
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int interrupted = 0;
    try (Mosquitto broker = Mosquitto.start(folder.resolve("broker"))) {
      MosquittoClients clients = new MosquittoClients(broker.port());
      Path config = site(broker.url());
      String good = "tiny:%s@f32".formatted(models.list().get(0).version());
      for (int generation = 0; generation <= KILLS; generation++) {
        try (BantamProcess device = run(home, config, clients)) {
          if (generation > 0) {
            // Then what was begun before the kill has ended, in one way or the other
            String asked = "seed " + seed + ", kill " + generation + "\n" + device;
            JsonNode outcome = outcome(clients, generation, asked);
            String serving = answer(clients, asked).get("model").asText();
            if (outcome.get("result").asText().equals("SUCCESSFUL")) {
              assertThat(serving).as(asked).isNotEqualTo(good);
            } else {
              assertThat(outcome.get("code").asText()).as(asked).isEqualTo("interrupted");
              assertThat(serving).as(asked).isEqualTo(good);
              interrupted++;
            }
            good = serving;
          }

          // When
          clients.publish(
              "5",
              BASE + "/slot/assistant/desired",
              "-r",
              "-m",
              "{\"generation\":%d,\"model\":\"%s\",\"policy\":{\"probation\":\"500ms\"}}"
                  .formatted(generation + 1, good.endsWith("@q8") ? "tiny@f32" : "tiny@q8"));
          Thread.sleep(random.nextInt(LATEST_MS));
        }
      }
    }

    // Then
    for (InstalledModel model : models.list()) {
      ModelReference version =
          new ModelReference(model.name(), Optional.of(model.version()), Optional.empty());
      assertThat(models.verify(version).ok()).isTrue();
    }
    System.out.printf("%d kills, %d swaps interrupted, seed %d%n", KILLS, interrupted, seed);
  }

  private Path site(String broker) throws IOException {
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
        "device: killed\nprofile: one-slot.yaml\nmqtt: {url: \"%s\"}\n".formatted(broker));
  }

  private static BantamProcess run(Path home, Path config, MosquittoClients clients) {
    BantamProcess device = BantamProcess.bantam(home, "run", "--config", config.toString());
    device.awaitText("serving;", LIMIT);
    Eventually.await(
        "online", LIMIT, () -> clients.retained(BASE + "/status").contains("\"online\""));
    return device;
  }

  private static JsonNode reported(MosquittoClients clients) {
    try {
      return JSON.readTree(clients.retained(REPORTED));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A wish that the device had not taken is taken after the restart. */
  private static JsonNode outcome(MosquittoClients clients, long generation, String asked) {
    Eventually.await(
        "an outcome of generation " + generation + ", " + asked,
        LIMIT,
        () -> reported(clients).at("/outcome/generation").asLong() == generation);
    return reported(clients).get("outcome");
  }

  private static JsonNode answer(MosquittoClients clients, String asked) throws IOException {
    BantamProcess request =
        BantamProcess.run(
            LIMIT, clients.request(BASE, "complete", "-m", "{\"prompt\":\"AB\",\"max_tokens\":2}"));
    JsonNode answer = JSON.readTree(request.output());
    assertThat(answer.path("model").isTextual()).as(asked + answer).isTrue();
    return answer;
  }
}
