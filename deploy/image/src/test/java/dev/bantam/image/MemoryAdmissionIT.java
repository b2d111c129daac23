package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.testkit.Eventually;
import dev.bantam.testkit.Mosquitto;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Long requests at the same time, to a device whose budget holds the cache of one of them beside
 * its model: the process stays within its budget, and all are answered.
 */
class MemoryAdmissionIT {

  private static final String BASE = "bantam/v1/device/small-pi";
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LONG_REQUESTS = 3;

  /** About 1,300 tokens. */
  private static final String LONG_PROMPT = "water ".repeat(1300);

  @TempDir Path folder;

  @Test
  void shouldStayWithinItsBudgetWhileLongRequestsComeTogether() throws Exception {
    SmolLm2.files();
    Files.writeString(
        folder.resolve("small.yaml"),
        """
        name: small
        match: {}
        threads: 2
        context_length: 4096
        memory_budget: 240MiB
        slots:
          - {name: assistant, plugin: text-generation, model: smollm2-135m-instruct, workers: 4}
        """);
    try (Mosquitto broker = Mosquitto.start(folder.resolve("mosquitto"))) {
      MosquittoClients clients = new MosquittoClients(broker.port());
      Path config =
          Files.writeString(
              folder.resolve("bantam.yaml"),
              "device: small-pi\nprofile: ./small.yaml\nmqtt: {url: %s, telemetry: 1s}\n"
                  .formatted(broker.url()));
      long allowed = allowed(config);
      try (BantamProcess runtime =
              BantamProcess.bantam(BantamProcess.testHome(), "run", "--config", config.toString());
          BantamProcess figures = figuresOf(clients, runtime);
          BantamProcess answers = clients.subscribe("5", BASE + "/answer/long/#", LONG_REQUESTS)) {
        IntStream.range(0, LONG_REQUESTS).forEach(i -> ask(clients, "long/" + i, LONG_PROMPT, 16));
        String refused = tooLarge(clients);

        long most = 0;
        while (answers.isAlive()) {
          most = Math.max(most, runtime.ownBytes());
          assertThat(most).as("RssAnon + VmSwap\n" + runtime).isLessThanOrEqualTo(allowed);
          Thread.sleep(20); // a sample, not a wait
        }

        assertThat(answers.exitStatus(LIMIT)).as(answers + "\n" + runtime).isZero();
        assertThat(answers.output().split("\"finish_reason\"", -1)).hasSize(LONG_REQUESTS + 1);
        assertThat(refused).contains("\"memory_exceeded\"").contains("lower max_tokens");
        Eventually.await(
            "all is given back", LIMIT, () -> last(figures).get("reserved_bytes").asLong() == 0);
        assertThat(last(figures).get("waited").asInt()).isGreaterThanOrEqualTo(LONG_REQUESTS - 1);
        assertThat(last(figures).get("refused").asInt()).isEqualTo(1);
        System.out.printf(
            "RssAnon + VmSwap: %d MiB at most, %d MiB allowed%n", most >> 20, allowed >> 20);
      }
    }
  }

  private static BantamProcess figuresOf(MosquittoClients clients, BantamProcess runtime) {
    runtime.awaitText("serving", LIMIT);
    return clients.subscribe("5", BASE + "/telemetry", 100_000);
  }

  /** The budget for models and the runtime's own part, and five per cent. */
  private static long allowed(Path config) throws Exception {
    BantamProcess plan =
        BantamProcess.bantam(
            BantamProcess.testHome(), "profile", "plan", "--config", config.toString(), "--json");
    plan.exitStatus(LIMIT); // 1, for all four workers' caches do not fit
    String[] lines = plan.output().split("\n");
    JsonNode fields = JSON.readTree(lines[lines.length - 1]);
    long budget = fields.get("runtime_bytes").asLong() + fields.get("room_bytes").asLong();
    return budget + budget / 20;
  }

  private static void ask(MosquittoClients clients, String id, String prompt, int tokens) {
    List<String> arguments = new ArrayList<>();
    arguments.add("-m");
    arguments.add("{\"prompt\":\"%s\",\"max_tokens\":%d}".formatted(prompt, tokens));
    arguments.addAll(MosquittoClients.answeringTo(BASE + "/answer/" + id));
    clients.publish("5", BASE + "/task/complete", arguments.toArray(String[]::new));
  }

  private static String tooLarge(MosquittoClients clients) {
    BantamProcess client =
        BantamProcess.run(
            LIMIT,
            clients.request(BASE, "complete", "-m", "{\"prompt\":\"hi\",\"max_tokens\":4000}"));
    return client.output();
  }

  /** The section {@code memory} of the last telemetry; empty before the first. */
  private static JsonNode last(BantamProcess figures) {
    String[] lines =
        figures.output().lines().filter(line -> line.startsWith("{")).toArray(String[]::new);
    try {
      return lines.length == 0
          ? JSON.createObjectNode().put("reserved_bytes", -1)
          : JSON.readTree(lines[lines.length - 1]).get("memory");
    } catch (JsonProcessingException e) {
      throw new AssertionError(figures.toString(), e);
    }
  }
}
