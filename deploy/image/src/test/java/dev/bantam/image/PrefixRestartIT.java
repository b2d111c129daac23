package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.testkit.Eventually;
import dev.bantam.testkit.Mosquitto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What prompts begin with is known again after {@code kill -9}, and changes no answer. */
@Timeout(240)
class PrefixRestartIT {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String BASE = "bantam/v1/device/keeps";
  private static final String RULES =
      "You watch the pumps of a plant. Pump one may run at up to sixty degrees, pump two at up to eighty. ";

  @TempDir Path folder;

  private Path config(Mosquitto broker, String name, String settings) throws IOException {
    Files.writeString(
        folder.resolve(name + "-profile.yaml"),
        """
        name: keeps
        match: {}
        threads: 2
        context_length: 512
        slots:
          - {name: assistant, plugin: text-generation, model: smollm2-135m-instruct, settings: {%s}}
        """
            .formatted(settings));
    return Files.writeString(
        folder.resolve(name + ".yaml"),
        "device: keeps\nprofile: ./%s-profile.yaml\nmqtt: {url: %s}\nhome: ./home\n"
            .formatted(name, broker.url()));
  }

  private static BantamProcess run(Path config) {
    return BantamProcess.bantam(
            BantamProcess.testHome(), "run", "--tune-after", "0", "--config", config.toString())
        .awaitText("serving", LIMIT);
  }

  private static JsonNode ask(Mosquitto broker, String question) throws Exception {
    MosquittoClients clients = new MosquittoClients(broker.port());
    BantamProcess answer =
        BantamProcess.run(
            LIMIT,
            clients.request(
                BASE,
                "complete",
                "-m",
                "{\"prompt\":\"%s%s\",\"max_tokens\":12}".formatted(RULES.repeat(3), question)));
    return new ObjectMapper().readTree(answer.output());
  }

  private boolean isKept() {
    try (Stream<Path> all = Files.walk(folder.resolve("home/state/cache/assistant"))) {
      return all.anyMatch(file -> file.toFile().length() > 1 << 20);
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void shouldKnowInstructionsAgainAfterItWasKilled() throws Exception {
    SmolLm2.files();
    Files.createDirectories(folder.resolve("home"));
    Files.createSymbolicLink(
        folder.resolve("home/models"), BantamProcess.testHome().resolve("models"));
    try (Mosquitto broker = Mosquitto.start(folder.resolve("mosquitto"))) {
      Path keeping = config(broker, "keeping", "prefix_cache_mb: \"64\", prefix_disk_mb: \"64\"");
      try (BantamProcess device = run(keeping)) {
        for (int i = 1; i <= 4; i++) {
          ask(broker, "Is pump %d too hot?".formatted(i));
        }
        Eventually.await("the beginning is on disk", LIMIT, this::isKept);
        assertThat(device.isAlive()).isTrue();
      } // by kill -9

      String question = "Which pump is the hottest?";
      JsonNode first;
      try (BantamProcess device = run(keeping)) {
        first = ask(broker, question);
        assertThat(device.isAlive()).isTrue();
      }
      JsonNode plain;
      try (BantamProcess device = run(config(broker, "plain", ""))) {
        plain = ask(broker, question);
        assertThat(device.isAlive()).isTrue();
      }

      assertThat(first.at("/usage/prompt_tokens_details/cached_tokens").asInt())
          .as(first.toString())
          .isGreaterThanOrEqualTo(48);
      assertThat(first.get("text")).isEqualTo(plain.get("text"));
    }
  }
}
