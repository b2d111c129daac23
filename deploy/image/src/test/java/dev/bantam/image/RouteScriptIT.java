package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.testkit.Mosquitto;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A user's first route, from the shell: a dumb sensor, a subscriber, mosquitto, and the launcher
 * with the encoder that comes with the build.
 */
@Timeout(300)
class RouteScriptIT {

  private static final Duration START = Duration.ofSeconds(120);
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  private Path configuration(Mosquitto broker) throws Exception {
    Files.writeString(
        folder.resolve("profile.yaml"),
        """
        name: encoder-only
        match: {}
        context_length: 512
        slots: [{name: encoder, plugin: text-encoding, model: all-minilm-l6-v2-int8}]
        """);
    return Files.writeString(
        folder.resolve("bantam.yaml"),
        """
        device: boiler-room
        profile: profile.yaml
        mqtt: {url: %s}
        routes:
          boiler-state:
            from: plant/boiler/{boiler}/temp
            value: /t
            task: classify
            prompt: "The boiler is {{ 'overheated' if value > 95 else 'working normally' }}."
            parameters: {labels: [overheated, normal]}
            to: plant/boiler/{boiler}/state
            errors_to: plant/errors
            overflow: back_pressure
        """
            .formatted(broker.url()));
  }

  @Test
  void shouldAnswerADumbSensorAndCountAllItsMessages() throws Exception {
    Path home = BantamProcess.testHome();
    try (Mosquitto broker =
        Mosquitto.start(folder.resolve("broker"), "autosave_on_changes false")) {
      MosquittoClients clients = new MosquittoClients(broker.port());
      String config = configuration(broker).toString();
      // Given: what the user tries first needs no broker
      BantamProcess check = BantamProcess.bantam(home, "config", "check", config);
      assertThat(check.exitStatus(START)).as(check.toString()).isZero();
      BantamProcess dry =
          BantamProcess.bantam(home, "route", "test", config, "--payload", "{\"t\": 97}");
      assertThat(dry.exitStatus(LIMIT)).as(dry.toString()).isZero();
      assertThat(dry.output()).contains("The boiler is overheated.");

      try (BantamProcess runtime = BantamProcess.bantam(home, "run", "--config", config)) {
        runtime.awaitText("serving", START);
        BantamProcess states = clients.subscribe("5", "plant/boiler/7/state", 1);
        BantamProcess errors = clients.subscribe("5", "plant/errors", 1);
        // When
        clients.publish("311", "plant/boiler/7/temp", "-m", "{\"t\":97}");
        clients.publish("311", "plant/boiler/7/temp", "-m", "{\"t\":97");
        // Then
        assertThat(states.exitStatus(LIMIT)).as(runtime.toString()).isZero();
        JsonNode state = json(states.output());
        assertThat(state.get("label").asText()).isEqualTo("overheated");
        assertThat(state.get("model").asText()).startsWith("all-minilm-l6-v2-int8");
        assertThat(state.get("source_ts").asText()).startsWith("20").endsWith("Z");
        assertThat(errors.exitStatus(LIMIT)).isZero();
        assertThat(json(errors.output()).at("/error/code").asText()).isEqualTo("invalid_payload");

        sendTheOtherMessages(clients);
        JsonNode counts = awaitCounts(home, 1_000);
        assertThat(counts.get("in").asLong())
            .isEqualTo(
                counts.get("out").asLong()
                    + counts.get("dropped").asLong()
                    + counts.get("errors").asLong());
        assertThat(counts.get("errors").asLong()).isEqualTo(100);
        assertThat(runtime.stop()).as(runtime.toString()).isZero();
      }
    }
  }

  /** 998, of which 99 are broken: as lines of one mosquitto_pub. */
  private void sendTheOtherMessages(MosquittoClients clients) throws Exception {
    Path lines =
        Files.writeString(
            folder.resolve("lines"),
            IntStream.range(0, 998)
                .mapToObj(i -> i < 99 ? "{\"t\":" : "{\"t\":" + i % 100 + "}")
                .collect(Collectors.joining("\n", "", "\n")));
    String command =
        String.join(
                " ", clients.command("mosquitto_pub", "-q", "1", "-t", "plant/boiler/8/temp", "-l"))
            + " < "
            + lines;
    BantamProcess sender = BantamProcess.run(LIMIT, "sh", "-c", command);
    assertThat(sender.exitStatus(LIMIT)).as(sender.toString()).isZero();
  }

  private static JsonNode awaitCounts(Path home, long messages) throws Exception {
    JsonNode counts = JSON.nullNode();
    for (int i = 0; i < 20; i++) {
      BantamProcess stats = BantamProcess.bantam(home, "route", "stats", "--json");
      assertThat(stats.exitStatus(LIMIT)).as(stats.toString()).isZero();
      counts = json(stats.output()).at("/routes/boiler-state");
      if (counts.get("in").asLong() == messages && counts.get("pending").asLong() == 0) {
        return counts;
      }
    }
    throw new AssertionError("not all messages have ended: " + counts);
  }

  /** The last line that is JSON. */
  private static JsonNode json(String output) throws Exception {
    return JSON.readTree(
        output
            .lines()
            .filter(line -> line.startsWith("{"))
            .reduce((first, second) -> second)
            .orElseThrow(() -> new AssertionError("no JSON in: " + output)));
  }
}
