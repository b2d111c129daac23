package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.models.InstalledModel;
import dev.bantam.models.ModelRepository;
import dev.bantam.models.importer.ImportListener;
import dev.bantam.models.importer.quantize.Quantization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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
  private static RunningDevice device;

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
    device = RunningDevice.start(folder, models, PROFILE);
  }

  @AfterAll
  static void stop() throws Exception {
    device.close();
  }

  @Test
  void shouldServeTheTasksOfEachModelsHead() throws Exception {
    JsonNode slots = device.status().get("slots");
    assertThat(slots.at("/0/tasks").toString())
        .isEqualTo("[\"classify\",\"embed\",\"similarity\"]");
    assertThat(slots.at("/1/tasks").toString()).isEqualTo("[\"tag\"]");
    assertThat(slots.at("/2/tasks").toString()).isEqualTo("[\"answer-span\"]");
    assertThat(slots.at("/0/workers").asInt()).isGreaterThan(1);
  }

  @Test
  void shouldEmbedInOpenAisForm() throws Exception {
    JsonNode answer = device.askJson("embed", "{\"input\":[\"the pump is hot\",\"\"]}");

    assertThat(answer.path("data")).hasSize(2);
    assertThat(answer.at("/data/1/embedding")).hasSize(384);
    assertThat(answer.has("text")).isFalse();
    assertThat(answer.path("model").asText()).contains("all-minilm-l6-v2-int8");
    assertThat(answer.at("/usage/prompt_tokens").asInt()).isEqualTo(8);
    assertThat(JSON.readTree(device.ask("embed", "the pump is hot"))).hasSize(384);
  }

  @Test
  void shouldClassifyWithLabelsOfTheRequestAndOfTheSlot() throws Exception {
    JsonNode answer =
        device.askJson(
            "classify",
            "{\"text\":\"Water drips from the pipe.\",\"labels\":[\"a leak\",\"a fire\"]}");

    assertThat(answer.path("label").asText()).isEqualTo("a leak");
    assertThat(answer.path("text").asText()).isEqualTo("a leak");
    assertThat(answer.at("/data/0/labels")).hasSize(2);
    assertThat(device.ask("classify", "Smoke and flames in hall 2.")).isEqualTo("fire");
  }

  @Test
  void shouldFindWhatIsNearest() throws Exception {
    JsonNode answer =
        device.askJson(
            "similarity",
            "{\"text\":\"the motor is hot\",\"texts\":[\"the door is open\",\"the engine overheats\"],\"top_k\":1}");
    assertThat(answer.at("/data/0/index").asInt()).isEqualTo(1);
    assertThat(device.ask("similarity", "the motor is hot\nthe engine overheats"))
        .matches("0\\.\\d+");
  }

  @Test
  void shouldTagAndFindSpans() throws Exception {
    JsonNode tagged = device.askJson("tag", "{\"text\":\"😀 w1 w2 w3 w4 w5 w6\"}");
    assertThat(tagged.at("/data/0").has("spans")).isTrue();
    JsonNode found =
        device.askJson(
            "answer-span", "{\"question\":\"w1 w2\",\"context\":\"w3 w4 w5\",\"no_answer\":false}");
    assertThat(found.path("answer").asText()).startsWith("w");
    assertThat(found.path("end").asInt()).isGreaterThan(found.path("start").asInt());
  }

  @Test
  void shouldSayWhatIsWrong() throws Exception {
    JsonNode error = device.askJson("answer-span", "{\"question\":\"w1\"}");
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

    String answerTopic = RunningDevice.BASE + "/answer/me/many";
    BantamProcess answers = device.clients().subscribe("5", answerTopic, 1);
    List<String> request = new ArrayList<>(List.of("-f", payload.toString()));
    request.addAll(MosquittoClients.answeringTo(answerTopic));
    device
        .clients()
        .publish("5", RunningDevice.BASE + "/task/classify", request.toArray(String[]::new));
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
                  device
                      .clients()
                      .request(
                          RunningDevice.BASE,
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
