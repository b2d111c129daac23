package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.testkit.Eventually;
import dev.bantam.testkit.Mosquitto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code ./bantam run --config} against a real mosquitto, spoken to with mosquitto's own clients:
 * good requests, bad requests, and a broker that dies.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RunIT {

  private static final String BASE = "bantam/v1/device/bench-pi";
  private static final Duration START = Duration.ofMinutes(2);
  private static final Duration ANSWER = Duration.ofSeconds(60);

  private Path folder;
  private Mosquitto broker;
  private MosquittoClients clients;
  private BantamProcess runtime;

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    SmolLm2.files();
    folder = temporary;
    broker = Mosquitto.start(folder.resolve("mosquitto"), "max_packet_size 1048576");
    clients = new MosquittoClients(broker.port());
    Path config = folder.resolve("bantam.yaml");
    Files.writeString(config, "device: bench-pi\nmqtt: {url: %s}\n".formatted(broker.url()));
    runtime = BantamProcess.bantam(BantamProcess.testHome(), "run", "--config", config.toString());
    awaitStatus("online");
  }

  @AfterAll
  void stop() {
    try {
      assertThat(runtime.stop()).as(runtime.toString()).isIn(0, 143);
      assertThat(status()).contains("offline");
    } finally {
      runtime.close();
      broker.close();
    }
  }

  @Test
  void shouldAnswerJsonWithJson() {
    BantamProcess answer =
        BantamProcess.run(
            ANSWER,
            "bash",
            "-c",
            "set -o pipefail; mosquitto_rr -V 5 -h 127.0.0.1 -p %d -t %s/task/chat -e %s/answer/me/chat -m '{\"prompt\":\"hi\"}' -W 30 | jq -e .text"
                .formatted(broker.port(), BASE, BASE));
    assertThat(answer.exitStatus(ANSWER)).as(answer + "\n" + runtime).isZero();
    assertThat(answer.output()).hasSizeGreaterThan(4);
  }

  @Test
  void shouldDescribeItsAnswer() {
    String answer = ask("chat", "{\"prompt\":\"Say hello.\",\"max_tokens\":2,\"id\":\"r-7\"}");
    assertThat(answer)
        .contains("\"id\":\"r-7\"")
        .contains("\"model\":\"smollm2-135m-instruct:")
        .contains("@q4_1")
        .contains("\"finish_reason\":\"length\"")
        .contains("\"completion_tokens\":2")
        .contains("\"ttft_ms\"");
  }

  @Test
  void shouldServeEveryTaskOfTheProfile() {
    assertThat(ask("complete", "{\"prompt\":\"1, 2, 3, 4,\",\"max_tokens\":6}")).contains("5");
    assertThat(
            ask(
                "answer",
                "{\"question\":\"How hot is the boiler?\",\"context\":\"The boiler has 97 degrees.\",\"max_tokens\":24}"))
        .contains("97");
    assertThat(ask("summarize", "{\"text\":\"The pump stopped at noon.\",\"max_tokens\":16}"))
        .contains("\"text\"");
    assertThat(
            ask(
                "translate",
                "{\"text\":\"Good morning\",\"target_language\":\"French\",\"max_tokens\":16}"))
        .contains("\"text\"");
  }

  @Test
  void shouldAnswerPlainTextWithPlainText() {
    assertThat(ask("chat", "What is the capital of France?"))
        .contains("Paris")
        .doesNotStartWith("{");
  }

  @Test
  void shouldServeOlderClientsThroughAsk() throws Exception {
    try (BantamProcess subscriber = clients.subscribe("311", BASE + "/answer/plc/chat", 1)) {
      clients.publish(
          "311",
          BASE + "/ask/plc/chat",
          "-m",
          "{\"id\":\"q1\",\"prompt\":\"hi\",\"max_tokens\":4}");
      assertThat(subscriber.exitStatus(ANSWER)).as(subscriber.toString()).isZero();
      assertThat(subscriber.output()).contains("\"id\":\"q1\"").contains("\"text\"");
    }
  }

  @Test
  void shouldTellThatItIsReady() {
    try (BantamProcess health = BantamProcess.bantam(BantamProcess.testHome(), "health");
        BantamProcess live =
            BantamProcess.bantam(BantamProcess.testHome(), "health", "--live", "--json")) {
      assertThat(health.exitStatus(ANSWER)).as(health + "\n" + runtime).isZero();
      assertThat(health.output()).isEqualToIgnoringNewLines("ready");
      assertThat(live.exitStatus(ANSWER)).as(live.toString()).isZero();
      assertThat(live.output())
          .contains("\"ok\":true", "\"status\":\"live\"", "\"listen\":\"127.0.0.1:");
    }
  }

  @Test
  void shouldNameTheFaultOfABadRequest() throws Exception {
    assertRefused(ask("chat", "{\"prompt\": "), "invalid_payload");
    assertRefused(ask("chat", "{\"temperature\":1}"), "invalid_request", "prompt");
    assertRefused(ask("chat", "{\"prompt\":\"\"}"), "invalid_request", "prompt");
    assertRefused(ask("chat", "   "), "invalid_");
    assertRefused(ask("chat", "{\"prompt\":\"hi\",\"max_tokens\":-3}"), "max_tokens", "-3");
    assertRefused(ask("chat", "{\"prompt\":\"hi\",\"temperature\":\"hot\"}"), "temperature");
    assertRefused(ask("paint", "{\"prompt\":\"hi\"}"), "unknown_task", "chat", "summarize");
    assertRefused(
        ask("chat", "{\"prompt\":\"hi\",\"model\":\"gpt-9\"}"), "unknown_model", "smollm2");
    assertRefused(ask("chat", "word ".repeat(9000)), "prompt_too_long");
    byte[] invalid = {'h', 'i', (byte) 0xC3, (byte) 0x28};
    assertRefused(askFile("chat", invalid), "invalid_payload", "UTF-8");
    assertThat(ask("chat", "{\"prompt\":\"hi\",\"max_tokens\":3}")).contains("\"text\"");
  }

  @Test
  void shouldAnswerUpToTheLargestPacket() throws Exception {
    byte[] large = new byte[1024 * 1024 - 512];
    Arrays.fill(large, (byte) 'a');
    assertRefused(askFile("chat", large), "prompt_too_long");
    byte[] tooLarge = new byte[1024 * 1024 + 1];
    Arrays.fill(tooLarge, (byte) 'a');
    Path payload = Files.write(folder.resolve("too-large"), tooLarge);
    clients.publish("5", BASE + "/task/chat", "-f", payload.toString());
    assertThat(ask("chat", "{\"prompt\":\"hi\",\"max_tokens\":3}")).contains("\"text\"");
  }

  @Test
  void shouldSurviveFortyKilobytesOfCorrelationData() {
    String correlation = "x".repeat(40_000);
    clients.publish(
        "5",
        BASE + "/task/chat",
        "-m",
        "{\"prompt\":\"hi\",\"max_tokens\":3}",
        "-D",
        "publish",
        "response-topic",
        BASE + "/answer/poison/chat",
        "-D",
        "publish",
        "correlation-data",
        correlation);
    assertThat(ask("chat", "{\"prompt\":\"hi\",\"max_tokens\":3}")).contains("\"text\"");
  }

  @Test
  void shouldComeBackAfterTheBrokerWasKilled() throws Exception {
    broker.kill();
    Eventually.await(
        "the runtime noticed",
        Duration.ofSeconds(30),
        () -> runtime.errors().toLowerCase(java.util.Locale.ROOT).contains("connect"));
    broker.restart();
    awaitStatus("online");
    assertThat(ask("chat", "{\"prompt\":\"hi\",\"max_tokens\":3}")).contains("\"text\"");
  }

  @Test
  void shouldAnswerGoodRequestsAmongNoise() throws Exception {
    Random random = new Random(7);
    for (int i = 0; i < 40; i++) {
      byte[] noise = new byte[random.nextInt(200)];
      random.nextBytes(noise);
      Path payload = Files.write(folder.resolve("noise"), noise);
      clients.publish(
          "5",
          BASE + "/task/" + (i % 2 == 0 ? "chat" : "nothing"),
          "-f",
          payload.toString(),
          "-D",
          "publish",
          "response-topic",
          BASE + "/answer/noise/chat",
          "-D",
          "publish",
          "message-expiry-interval",
          "1");
    }
    assertThat(ask("chat", "{\"prompt\":\"hi\",\"max_tokens\":3}")).contains("\"text\"");
    assertThat(runtime.isAlive()).isTrue();
  }

  private static void assertRefused(String answer, String... parts) {
    assertThat(answer).contains("\"error\"").contains(parts);
  }

  private String ask(String task, String payload) {
    BantamProcess client = BantamProcess.run(ANSWER, clients.request(BASE, task, "-m", payload));
    assertThat(client.exitStatus(ANSWER)).as(client + "\n" + runtime).isZero();
    return client.output();
  }

  /** As {@link #ask}; mosquitto_rr 2.0.11 sends an empty message for a file. */
  private String askFile(String task, byte[] payload) throws IOException {
    Path file = Files.write(folder.resolve("payload"), payload);
    String answerTopic = BASE + "/answer/file/" + task;
    try (BantamProcess subscriber = clients.subscribe("5", answerTopic, 1)) {
      clients.publish(
          "5",
          BASE + "/task/" + task,
          "-f",
          file.toString(),
          "-D",
          "publish",
          "response-topic",
          answerTopic);
      assertThat(subscriber.exitStatus(ANSWER)).as(subscriber + "\n" + runtime).isZero();
      return subscriber.output();
    }
  }

  private void awaitStatus(String state) {
    Eventually.await("status is " + state + "\n" + runtime, START, () -> status().contains(state));
  }

  private String status() {
    return clients.retained(BASE + "/status");
  }
}
