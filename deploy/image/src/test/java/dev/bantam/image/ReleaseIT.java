package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bantam.models.Canary;
import dev.bantam.models.Expectation;
import dev.bantam.models.ModelRepository;
import dev.bantam.models.Publication;
import dev.bantam.models.PullSettings;
import dev.bantam.models.catalog.Catalog;
import dev.bantam.models.importer.quantize.Quantization;
import dev.bantam.models.source.AllowedSources;
import dev.bantam.models.source.NetworkSettings;
import dev.bantam.models.trust.KeyFile;
import dev.bantam.models.trust.SigningKey;
import dev.bantam.models.trust.TrustedKeys;
import dev.bantam.spi.ModelReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * From a publisher to a running device, over mosquitto: a model is imported, released with canaries
 * and signed; the device, which takes only what is signed, is told where it is.
 */
@Timeout(180)
class ReleaseIT {

  private static final Path FIXTURES =
      BantamProcess.root().resolve("runtime/models/src/test/resources/dev/bantam/models/importer");
  private static final String PROFILE =
      """
      name: one-slot
      match: {}
      context_length: 64
      slots:
        - {name: assistant, plugin: text-generation, model: good}
      """;
  private static final String REQUEST = "{\"prompt\":\"AB\",\"max_tokens\":2,\"temperature\":0}";

  @TempDir Path folder;

  private ModelRepository publisher;
  private RunningDevice device;
  private String text = "";
  private int generation;

  @BeforeEach
  void setUp() throws Exception {
    SigningKey.generate(folder.resolve("key.pem"), folder.resolve("key.pub.pem"));
    SigningKey.generate(folder.resolve("other.pem"), folder.resolve("other.pub.pem"));
    publisher = ModelRepository.open(folder.resolve("publisher"));
    publisher.importFile(
        FIXTURES.resolve("tiny-q4_1.gguf"), "next", Quantization.NONE, (step, done, total) -> {});
    ModelRepository models =
        ModelRepository.open(
            folder.resolve("models"),
            Catalog.of(),
            new PullSettings(
                AllowedSources.of(List.of("file:" + folder.resolve("site") + "/")),
                new TrustedKeys(
                    Map.of("key", KeyFile.readPublic(folder.resolve("key.pub.pem"))),
                    "models.trusted_keys"),
                true,
                Optional.empty(),
                NetworkSettings.DEFAULT));
    models.importFile(
        FIXTURES.resolve("tiny-q4_1.gguf"), "good", Quantization.NONE, (step, done, total) -> {});
    device = RunningDevice.start(folder, models, PROFILE);
    text = device.askJson("complete", REQUEST).get("text").asText();
  }

  @AfterEach
  void tearDown() throws Exception {
    device.close();
  }

  private Publication.Published release(String version, Expectation expected) throws Exception {
    Canary canary =
        new Canary("complete", Map.of("prompt", "AB", "max_tokens", 2, "temperature", 0), expected);
    return publisher.publish(
        ModelReference.parse("next"),
        new Publication.About(
            "next",
            Optional.of(version),
            Optional.empty(),
            Optional.of("MIT"),
            Optional.empty(),
            false,
            List.of(canary)),
        folder.resolve("site"));
  }

  /**
   * @param key names the file of the key that signs
   */
  private JsonNode wish(Publication.Published released, String source, String key)
      throws Exception {
    generation++;
    String signature =
        SigningKey.read(folder.resolve(key + ".pem"), key)
            .sign(Files.readAllBytes(released.file()))
            .toString();
    return device.swap(
        "assistant",
        """
        {"generation": %d, "model": "%s", "source": "%s", "sha256": "%s", "signature": "%s", "policy": {"probation": "0s"}}
        """
            .formatted(generation, released.reference(), source, released.sha256(), signature));
  }

  private JsonNode wish(Publication.Published released, String key) throws Exception {
    return wish(released, "file:" + released.file(), key);
  }

  private void assertKept(JsonNode outcome, String result, String code, String reason)
      throws Exception {
    assertThat(outcome.get("result").asText()).as(outcome.toString()).isEqualTo(result);
    assertThat(outcome.get("code").asText()).as(outcome.toString()).isEqualTo(code);
    assertThat(outcome.get("reason").asText()).contains(reason);
    assertThat(model()).startsWith("good:");
  }

  private String model() throws Exception {
    return device.askJson("complete", REQUEST).get("model").asText();
  }

  @Test
  void shouldServeWhatWasReleasedAndKeepTheOldModelWhereItsCanaryIsAnsweredOtherwise()
      throws Exception {
    // A canary that does not hold
    Publication.Published wrong = release("1", new Expectation.Text(text + "?"));
    assertKept(
        wish(wrong, "key"), "FAILED_NO_STATE_CHANGE", "canary_failed", "expected \"" + text + "?");

    // One that holds, of a key that is not trusted, from a place that is not listed, damaged
    Publication.Published right = release("2", new Expectation.Text(text));
    assertKept(wish(right, "other"), "REJECTED", "untrusted", "signed with the key \"other\"");
    assertKept(
        wish(right, "file:" + folder.resolve("elsewhere/release.json"), "key"),
        "REJECTED",
        "untrusted",
        "elsewhere");
    Path blob;
    try (var blobs = Files.list(right.file().resolveSibling("blobs"))) {
      blob = blobs.findFirst().orElseThrow();
    }
    byte[] content = Files.readAllBytes(blob);
    content[0] ^= 1;
    Files.write(blob, content);
    assertKept(wish(right, "key"), "FAILED_NO_STATE_CHANGE", "corrupt", "wrong content");

    // And as it was released
    content[0] ^= 1;
    Files.write(blob, content);
    JsonNode outcome = wish(right, "key");
    assertThat(outcome.get("result").asText()).as(outcome.toString()).isEqualTo("SUCCESSFUL");
    assertThat(model()).isEqualTo("next:2@q4_1");
  }
}
