package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bantam.models.ModelRepository;
import dev.bantam.models.catalog.Catalog;
import dev.bantam.models.importer.quantize.Quantization;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Models that are no good are wished for, over mosquitto, with real graphs and weights: each ends
 * in its outcome with a reason, and the old model serves all the time.
 */
@Timeout(180)
class BadModelsIT {

  private static final Path FIXTURES =
      BantamProcess.root().resolve("runtime/models/src/test/resources/dev/bantam/models/importer");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String GOOD = "good:%s@f32";

  @TempDir Path folder;

  private ModelRepository models;
  private RunningDevice device;
  private String serving = "";
  private int generation;

  @BeforeEach
  void setUp() throws Exception {
    models = ModelRepository.open(folder.resolve("models"), catalog());
    install("good", FIXTURES.resolve("tiny-f32.gguf"));
    device = RunningDevice.start(folder, models, profile("80%"));
    serving = GOOD.formatted(version("good"));
  }

  @AfterEach
  void tearDown() throws Exception {
    device.close();
  }

  private static String profile(String budget) {
    return """
    name: one-slot
    match: {}
    context_length: 64
    memory_budget: %s
    slots:
      - {name: assistant, plugin: text-generation, model: good}
    """
        .formatted(budget);
  }

  /** Two models of the same file, with canaries. */
  private Catalog catalog() throws Exception {
    Path file = FIXTURES.resolve("tiny-q4_1.gguf");
    String entry =
        """
          - name: %s
            version: "1"
            license: Apache-2.0
            file: tiny.gguf
            size: %d
            sha256: %s
            sources: [{file: %s}]
            canaries:
              - {task: complete, request: {prompt: AB, max_tokens: 2, temperature: 0}, expect: {%s}}
        """;
    byte[] content = Files.readAllBytes(file);
    String sha256 = sha256(content);
    return Catalog.builtIn()
        .with(
            Catalog.read(
                Files.writeString(
                    folder.resolve("catalog.yaml"),
                    "format: 1\nmodels:\n"
                        + entry.formatted(
                            "canary-holds", content.length, sha256, file, "not_empty: true")
                        + entry.formatted(
                            "canary-fails", content.length, sha256, file, "text: Paris"))));
  }

  private static String sha256(byte[] content) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
  }

  private void install(String name, Path file) throws Exception {
    models.importFile(file, name, Quantization.NONE, (step, done, total) -> {});
  }

  private String version(String name) throws Exception {
    return models.list().stream()
        .filter(model -> model.name().equals(name))
        .findFirst()
        .orElseThrow()
        .version();
  }

  private Path file(String model, String role) throws Exception {
    ModelFiles files = models.resolve(ModelReference.parse(model));
    return files.files().get(role);
  }

  private JsonNode wish(String model, String policy) throws Exception {
    generation++;
    return device.swap(
        "assistant",
        "{\"generation\":%d,\"model\":\"%s\",\"policy\":{\"probation\":\"0s\"%s}}"
            .formatted(generation, model, policy));
  }

  private void assertRefused(JsonNode outcome, String result, String code, String reason)
      throws IOException {
    assertThat(outcome.get("result").asText()).as(outcome.toString()).isEqualTo(result);
    assertThat(outcome.get("code").asText()).as(outcome.toString()).isEqualTo(code);
    assertThat(outcome.get("reason").asText()).contains(reason);
    assertThat(
            device
                .askJson("complete", "{\"prompt\":\"AB\",\"max_tokens\":2}")
                .path("model")
                .asText())
        .isEqualTo(serving);
  }

  private static final String KEPT = "FAILED_NO_STATE_CHANGE";

  @Test
  void shouldNotServeFilesThatAreDamaged() throws Exception {
    // Given one file that is cut, and one with another byte
    install("cut", FIXTURES.resolve("tiny-q4_1.gguf"));
    install("changed", FIXTURES.resolve("tiny-q8_0.gguf"));
    Path cut = file("cut", ModelFiles.WEIGHTS);
    Path changed = file("changed", ModelFiles.WEIGHTS);
    try (FileChannel channel = FileChannel.open(cut, StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() / 2);
    }
    try (FileChannel channel = FileChannel.open(changed, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {42}), channel.size() / 2);
    }

    // When, then
    assertRefused(wish("cut", ""), KEPT, "corrupt", "To repair it, type:");
    assertRefused(wish("changed", ""), KEPT, "corrupt", "expected sha256");
  }

  /** Makes an installed version, whose digests are right, of other files. */
  private void replaceFile(String model, String role, Path blob) throws Exception {
    Path documents = folder.resolve("models").resolve(model).resolve(version(model));
    ObjectNode installed = (ObjectNode) JSON.readTree(documents.resolve("installed.json").toFile());
    ObjectNode file = (ObjectNode) installed.at("/variants/0/files/" + role);
    file.put("sha256", blob.getFileName().toString());
    file.put("size", Files.size(blob));
    JSON.writeValue(documents.resolve("installed.json").toFile(), installed);
  }

  @Test
  void shouldNotServeWeightsThatAreNoNumbers() throws Exception {
    // Given what no import would let through
    install("nan", FIXTURES.resolve("tiny-f32.gguf"));
    byte[] weights = Files.readAllBytes(file("nan", ModelFiles.WEIGHTS));
    Arrays.fill(weights, (byte) 0xff);
    Path old = file("nan", ModelFiles.WEIGHTS);
    byte[] graph =
        Files.readString(file("nan", ModelFiles.GRAPH), StandardCharsets.ISO_8859_1)
            .replace(old.getFileName().toString(), sha256(weights))
            .getBytes(StandardCharsets.ISO_8859_1);
    replaceFile(
        "nan", ModelFiles.WEIGHTS, Files.write(old.resolveSibling(sha256(weights)), weights));
    replaceFile("nan", ModelFiles.GRAPH, Files.write(old.resolveSibling(sha256(graph)), graph));

    // When, then
    assertRefused(wish("nan", ""), KEPT, "self_test_failed", "not finite");
    assertRefused(
        wish("nan", ",\"mode\":\"exclusive\""),
        "FAILED_ROLLBACK_COMPLETE",
        "self_test_failed",
        "not finite");
  }

  @Test
  void shouldNotServeAGraphWithOtherInputs() throws Exception {
    // Given a version whose graph is an encoder's
    install("odd", FIXTURES.resolve("tiny-q4_1.gguf"));
    models.pull("all-minilm-l6-v2-int8", event -> {});
    Path graph = file("all-minilm-l6-v2-int8", ModelFiles.GRAPH);
    replaceFile("odd", ModelFiles.GRAPH, graph);

    // When, then
    JsonNode outcome = wish("odd", "");
    assertRefused(outcome, KEPT, "load_failed", "input");
  }

  @Test
  void shouldNotServeWhatIsTooLargeOrTooSlow() throws Exception {
    // Given
    install("slow", FIXTURES.resolve("tiny-q4_1.gguf"));

    // When, then
    assertRefused(
        wish("slow", ",\"min_tokens_per_second\":100000000"), KEPT, "too_slow", "tokens a second");

    // And when there is room for itself, but not for what is larger
    device.close();
    models.importFile(
        FIXTURES.resolve("tiny-f32.gguf"), "large", Quantization.NONE, (s, d, t) -> {});
    device =
        RunningDevice.start(
            folder, models, profile("900KiB").replace("model: good", "model: slow"));
    serving = "slow:%s@q4_1".formatted(version("slow"));

    // Then
    assertRefused(wish("large", ""), "REJECTED", "over_budget", "raise memory_budget");
  }

  @Test
  void shouldServeOnlyWhatAnswersItsCanaries() throws Exception {
    // When, then
    assertRefused(wish("canary-fails", ""), KEPT, "canary_failed", "expected \"Paris\"");
    JsonNode outcome = wish("canary-holds", "");
    assertThat(outcome.get("result").asText()).as(outcome.toString()).isEqualTo("SUCCESSFUL");
  }

  @Test
  void shouldNotFetchFromAPlaceThatNobodyListed() throws Exception {
    // When
    generation++;
    JsonNode outcome =
        device.swap(
            "assistant",
            "{\"generation\":%d,\"model\":\"good:9\",\"source\":\"file:/etc/release.json\",\"sha256\":\"%s\"}"
                .formatted(generation, "0".repeat(64)));

    // Then
    assertRefused(outcome, "REJECTED", "untrusted", "models.sources");
  }
}
