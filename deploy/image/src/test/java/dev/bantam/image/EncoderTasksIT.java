package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.models.InstalledModel;
import dev.bantam.models.ModelRepository;
import dev.bantam.models.importer.ImportListener;
import dev.bantam.models.importer.quantize.Quantization;
import dev.bantam.runtime.BantamRuntime;
import dev.bantam.runtime.RuntimeOptions;
import dev.bantam.runtime.config.MqttConfig;
import dev.bantam.runtime.config.SiteConfig;
import dev.bantam.testkit.Mosquitto;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Encoders' tasks over a real mosquitto, asked by its own clients: the default encoder, and small
 * random models with heads, in slots that list no tasks.
 */
@Timeout(180)
class EncoderTasksIT {

  private static final String BASE = "bantam/v1/device/gateway";
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PROFILE =
      """
      name: encoders
      match: {}
      context_length: 512
      slots:
        - {name: encoder, plugin: text-encoding, model: all-minilm-l6-v2-int8, settings: {labels: "leak, fire"}}
        - {name: tagger, plugin: text-encoding, model: bert-tokens}
        - {name: reader, plugin: text-encoding, model: bert-span}
        - {name: small, plugin: text-encoding, model: bert-plain}
      """;

  @TempDir static Path folder;
  private static Vertx vertx;
  private static Mosquitto broker;
  private static BantamRuntime runtime;
  private static MosquittoClients clients;

  @BeforeAll
  static void start() throws Exception {
    ModelRepository models = ModelRepository.open(folder.resolve("models"));
    models.pull("all-minilm-l6-v2-int8", event -> {});
    for (String name : List.of("bert-tokens", "bert-span", "bert-plain")) {
      Path small =
          BantamProcess.root().resolve("runtime/models/src/test/resources/encoders").resolve(name);
      InstalledModel model = models.importFile(small, name, Quantization.NONE, ImportListener.NONE);
      assertThat(model.variants()).hasSize(1);
    }
    vertx = Vertx.vertx();
    broker = Mosquitto.start(folder.resolve("broker"));
    clients = new MosquittoClients(broker.port());
    Path profile = Files.writeString(folder.resolve("encoders.yaml"), PROFILE);
    SiteConfig site = SiteConfig.of("gateway", MqttConfig.of(URI.create(broker.url())));
    runtime =
        await(
            BantamRuntime.start(
                vertx,
                RuntimeOptions.of(site, models::resolve)
                    .withProfile(Optional.of(profile.toString()))));
    await(runtime.ready());
  }

  @AfterAll
  static void stop() throws Exception {
    await(runtime.stop());
    broker.close();
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  private static String ask(String task, String payload) {
    return BantamProcess.run(LIMIT, clients.request(BASE, task, "-m", payload)).output().strip();
  }

  private static JsonNode askJson(String task, String payload) throws Exception {
    return JSON.readTree(ask(task, payload));
  }

  @Test
  void shouldServeTheTasksOfEachModelsHead() throws Exception {
    JsonNode slots = JSON.readTree(clients.retained(BASE + "/status")).get("slots");
    assertThat(slots.at("/0/tasks").toString())
        .isEqualTo("[\"classify\",\"embed\",\"similarity\"]");
    assertThat(slots.at("/1/tasks").toString()).isEqualTo("[\"tag\"]");
    assertThat(slots.at("/2/tasks").toString()).isEqualTo("[\"answer-span\"]");
    assertThat(slots.at("/0/workers").asInt()).isGreaterThan(1);
  }

  @Test
  void shouldEmbedInOpenAisForm() throws Exception {
    JsonNode answer = askJson("embed", "{\"input\":[\"the pump is hot\",\"\"]}");

    assertThat(answer.path("data")).hasSize(2);
    assertThat(answer.at("/data/1/embedding")).hasSize(384);
    assertThat(answer.has("text")).isFalse();
    assertThat(answer.path("model").asText()).contains("all-minilm-l6-v2-int8");
    assertThat(answer.at("/usage/prompt_tokens").asInt()).isEqualTo(8);
    assertThat(JSON.readTree(ask("embed", "the pump is hot"))).hasSize(384);
  }

  @Test
  void shouldClassifyWithLabelsOfTheRequestAndOfTheSlot() throws Exception {
    JsonNode answer =
        askJson(
            "classify",
            "{\"text\":\"Water drips from the pipe.\",\"labels\":[\"a leak\",\"a fire\"]}");

    assertThat(answer.path("label").asText()).isEqualTo("a leak");
    assertThat(answer.path("text").asText()).isEqualTo("a leak");
    assertThat(answer.at("/data/0/labels")).hasSize(2);
    assertThat(ask("classify", "Smoke and flames in hall 2.")).isEqualTo("fire");
  }

  @Test
  void shouldFindWhatIsNearest() throws Exception {
    JsonNode answer =
        askJson(
            "similarity",
            "{\"text\":\"the motor is hot\",\"texts\":[\"the door is open\",\"the engine overheats\"],\"top_k\":1}");
    assertThat(answer.at("/data/0/index").asInt()).isEqualTo(1);
    assertThat(ask("similarity", "the motor is hot\nthe engine overheats")).matches("0\\.\\d+");
  }

  @Test
  void shouldTagAndFindSpans() throws Exception {
    JsonNode tagged = askJson("tag", "{\"text\":\"😀 w1 w2 w3 w4 w5 w6\"}");
    assertThat(tagged.at("/data/0").has("spans")).isTrue();
    JsonNode found =
        askJson(
            "answer-span", "{\"question\":\"w1 w2\",\"context\":\"w3 w4 w5\",\"no_answer\":false}");
    assertThat(found.path("answer").asText()).startsWith("w");
    assertThat(found.path("end").asInt()).isGreaterThan(found.path("start").asInt());
  }

  @Test
  void shouldSayWhatIsWrong() throws Exception {
    JsonNode error = askJson("answer-span", "{\"question\":\"w1\"}");
    assertThat(error.at("/error/code").asText()).isEqualTo("invalid_request");
    assertThat(error.at("/error/message").asText()).contains("\"context\" is missing");
  }

  @Test
  void shouldAnswerTenThousandTextsInOneRequest() throws Exception {
    String texts = String.join(",", Collections.nCopies(10_000, "\"w1 w2 w3\""));
    Path payload =
        Files.writeString(
            folder.resolve("many.json"),
            "{\"slot\":\"small\",\"top_k\":1,\"labels\":[\"w1\",\"w9\"],\"texts\":["
                + texts
                + "]}");

    String answerTopic = BASE + "/answer/me/many";
    BantamProcess answers = clients.subscribe("5", answerTopic, 1);
    List<String> request = new ArrayList<>(List.of("-f", payload.toString()));
    request.addAll(MosquittoClients.answeringTo(answerTopic));
    clients.publish("5", BASE + "/task/classify", request.toArray(String[]::new));
    assertThat(answers.exitStatus(LIMIT)).isZero();
    String printed = answers.output();
    JsonNode answer = JSON.readTree(printed.substring(printed.indexOf("{\"id\"")));

    assertThat(answer.path("data")).as(answer.path("error").toString()).hasSize(10_000);
    assertThat(answer.at("/data/9999/index").asInt()).isEqualTo(9999);
  }

  @Test
  void shouldAnswerManyWhoAskAtOnce() {
    List<BantamProcess> asking = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      asking.add(
          BantamProcess.start(
              List.of(
                  clients.request(
                      BASE,
                      "classify",
                      "-m",
                      "{\"id\":%d,\"text\":\"pump %d is hot\",\"labels\":[\"heat\",\"water\"]}"
                          .formatted(i, i))),
              java.util.Map.of()));
    }
    for (BantamProcess client : asking) {
      try (client) {
        assertThat(client.exitStatus(LIMIT)).as(client.toString()).isZero();
        assertThat(client.output()).contains("\"label\":\"heat\"");
      }
    }
  }
}
