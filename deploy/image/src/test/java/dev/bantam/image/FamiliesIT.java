package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.format.DecoderConfig;
import dev.bantam.inference.generation.GreedyDecode;
import dev.bantam.inference.session.DecoderModel;
import dev.bantam.inference.tokenizer.Tokenizer;
import dev.bantam.inference.tokenizer.Tokenizers;
import dev.bantam.models.Hold;
import dev.bantam.models.ModelRepository;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import dev.bantam.testkit.Eventually;
import dev.bantam.testkit.Mosquitto;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each family of decoders answers over a real mosquitto from a slot that a device profile chose:
 * the site's configuration names no plugin and no model. Small random models are imported on the
 * spot, from folders as transformers saves them and from GGUFs; SmolLM2 is the real one.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FamiliesIT {

  private static final String BASE = "bantam/v1/device/every-family";

  /** The launcher may have to build first. */
  private static final Duration START = Duration.ofMinutes(10);

  private static final Duration ANSWER = Duration.ofSeconds(60);
  private static final int NEW_TOKENS = 12;
  private static final int THREADS = 2;
  private static final int CONTEXT = 128;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The random models' 64 tokens as one letter each, so that golden prompts can be typed. */
  private static final String LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  /** Committed models beside the importer's own tests, by slot. */
  private static final Map<String, String> MODELS =
      Map.of(
          "llama", "llama-3",
          "gpt2", "gpt2-two-heads",
          "gptneox", "gptneox-dolly",
          "phi3", "phi3-longrope",
          "gemma", "gemma-grouped",
          "gemma2", "gemma2-window",
          "gemma3", "gemma3-six-layers",
          "qwen2", "qwen2-grouped",
          "qwen3", "qwen3-wide-heads");

  private final ModelRepository models = open();
  private Mosquitto broker;
  private MosquittoClients clients;
  private BantamProcess runtime;

  static Stream<String> families() {
    return MODELS.keySet().stream().sorted();
  }

  private static ModelRepository open() {
    try {
      return ModelRepository.open(BantamProcess.testHome().resolve("models"));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path committed(String family) {
    return BantamProcess.root()
        .resolve("runtime/models/src/test/resources/families")
        .resolve(MODELS.get(family));
  }

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    SmolLm2.files();
    for (String family : families().toList()) {
      Path saved = asTransformersSavesIt(family, folder.resolve(family));
      models.importFile(saved, "random-" + family, (step, done, total) -> {});
      Path gguf = committed(family).resolve("quantized.gguf");
      models.importFile(gguf, "random-" + family + "-gguf", (step, done, total) -> {});
    }
    broker = Mosquitto.start(folder.resolve("mosquitto"));
    clients = new MosquittoClients(broker.port());
    try (var profile = getClass().getResourceAsStream("/profiles/every-family.yaml")) {
      Files.copy(profile, folder.resolve("every-family.yaml"));
    }
    Path config = folder.resolve("bantam.yaml");
    Files.writeString(
        config,
        """
        device: every-family
        mqtt: {url: "%s"}
        profile: ./every-family.yaml
        """
            .formatted(broker.url()));
    runtime = BantamProcess.bantam(BantamProcess.testHome(), "run", "--config", config.toString());
    Eventually.await("online\n" + runtime, START, () -> status().contains("online"));
  }

  private static Path asTransformersSavesIt(String family, Path folder) throws Exception {
    Files.createDirectory(folder);
    for (String file : new String[] {"config.json", "model.safetensors"}) {
      Files.copy(committed(family).resolve(file), folder.resolve(file));
    }
    StringBuilder vocabulary = new StringBuilder();
    for (int id = 0; id < LETTERS.length(); id++) {
      vocabulary.append("%s\"%c\": %d".formatted(id == 0 ? "" : ", ", LETTERS.charAt(id), id));
    }
    Files.writeString(
        folder.resolve("tokenizer.json"),
        """
        {"version": "1.0", "added_tokens": [],
         "decoder": {"type": "Replace", "pattern": {"String": "\u2581"}, "content": " "},
         "model": {"type": "BPE", "vocab": {%s}, "merges": []}}
        """
            .formatted(vocabulary));
    return folder;
  }

  @AfterAll
  void stop() throws Exception {
    try {
      assertThat(runtime.stop()).as(runtime.toString()).isIn(0, 143);
    } finally {
      runtime.close();
      broker.close();
      for (Hold hold : models.holds()) {
        if (hold.holder().startsWith("every-family/")) {
          models.hold(hold.holder(), List.of());
        }
      }
      for (String family : families().toList()) {
        models.remove(ModelReference.parse("random-" + family));
        models.remove(ModelReference.parse("random-" + family + "-gguf"));
      }
    }
  }

  @Test
  void shouldSayThatTheProfileChoseTheSlots() throws Exception {
    JsonNode status = JSON.readTree(status());
    assertThat(status.path("profile").asText()).isEqualTo("every-family");
    assertThat(status.path("slots")).hasSize(1 + 2 * MODELS.size());
    for (JsonNode slot : status.path("slots")) {
      assertThat(slot.path("plugin").asText()).isEqualTo("text-generation");
      assertThat(slot.path("state").asText()).isEqualTo("serving");
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void shouldAnswerFromFloatsWithTransformersToken(String family) throws Exception {
    // Given
    JsonNode golden = JSON.readTree(committed(family).resolve("golden.json").toFile());
    JsonNode prompt = golden.at("/prompts/0");
    int[] tokens = JSON.treeToValue(prompt.get("tokens"), int[].class);
    int next = prompt.get("best").get(tokens.length - 1).asInt();
    StringBuilder letters = new StringBuilder();
    IntStream.of(tokens).forEach(token -> letters.append(LETTERS.charAt(token)));

    // When
    JsonNode answer = assertAnswersAsDecoded(family, "random-" + family, letters.toString());

    // Then
    assertThat(answer.at("/usage/prompt_tokens").asInt()).isEqualTo(tokens.length);
    assertThat(answer.path("text").asText()).startsWith(LETTERS.substring(next, next + 1));
  }

  @ParameterizedTest
  @MethodSource("families")
  void shouldAnswerFromAQuantizedGguf(String family) throws Exception {
    // Of such a text the file's vocabulary has the ends of lines alone.
    JsonNode answer =
        assertAnswersAsDecoded(family + "-gguf", "random-" + family + "-gguf", "a\nb\nc\nd\ne");

    assertThat(answer.at("/usage/prompt_tokens").asInt()).isEqualTo(5);
  }

  @Test
  void shouldAnswerFromTheRealModel() throws Exception {
    String paris = "The capital of France is";

    JsonNode answer = assertAnswersAsDecoded("assistant", SmolLm2.NAME, paris);

    assertThat(answer.path("text").asText()).contains("Paris");
  }

  /** Asks a slot to go on with a text, and decodes the same tokens here. */
  private JsonNode assertAnswersAsDecoded(String slot, String model, String text) throws Exception {
    // Given
    ModelFiles files = models.resolve(ModelReference.parse(model));
    Expected expected = decode(files, text);
    String payload =
        JSON.writeValueAsString(
            Map.of("prompt", text, "slot", slot, "max_tokens", NEW_TOKENS, "id", slot));

    // When
    JsonNode answer = JSON.readTree(ask(payload));

    // Then
    assertThat(answer.path("text").asText()).as(answer.toString()).isEqualTo(expected.text);
    assertThat(answer.path("id").asText()).isEqualTo(slot);
    assertThat(answer.path("model").asText()).isEqualTo(files.reference().toString());
    assertThat(answer.path("slot").asText()).isEqualTo(slot);
    assertThat(answer.path("finish_reason").asText())
        .isEqualTo(expected.answer == NEW_TOKENS ? "length" : "stop");
    assertThat(answer.at("/usage/prompt_tokens").asInt()).isEqualTo(expected.prompt);
    assertThat(answer.at("/usage/completion_tokens").asInt()).isEqualTo(expected.answer);
    assertThat(answer.at("/usage/total_tokens").asInt())
        .isEqualTo(expected.prompt + expected.answer);
    return answer;
  }

  /** What an answer must be: its text, and how many tokens the prompt and it have. */
  private record Expected(String text, int prompt, int answer) {}

  /** As {@code bantam decode}, up to a stop token. */
  private static Expected decode(ModelFiles files, String text) throws Exception {
    try (DecoderModel model = DecoderModel.load(files, LoadContext.of(THREADS, CONTEXT));
        Tokenizer tokenizer = Tokenizers.load(files.require(ModelFiles.TOKENIZER))) {
      DecoderConfig config = model.config();
      Optional<Integer> first = config.bosTokenId().filter(bos -> config.addBos());
      int[] prompt =
          IntStream.concat(
                  first.stream().mapToInt(Integer::intValue),
                  IntStream.of(tokenizer.encodePrompt(text)))
              .toArray();
      int[] answer =
          GreedyDecode.run(model, prompt, NEW_TOKENS).stream()
              .mapToInt(GreedyDecode.Step::token)
              .takeWhile(token -> !config.stopTokenIds().contains(token))
              .toArray();
      return new Expected(tokenizer.decode(answer), prompt.length, answer.length);
    }
  }

  private String ask(String payload) {
    BantamProcess client =
        BantamProcess.run(ANSWER, clients.request(BASE, "complete", "-m", payload));
    assertThat(client.exitStatus(ANSWER)).as(client + "\n" + runtime).isZero();
    return client.output();
  }

  private String status() {
    return clients.retained(BASE + "/status");
  }
}
