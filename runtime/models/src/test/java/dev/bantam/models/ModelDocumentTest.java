package dev.bantam.models;

import static dev.bantam.models.TinyRepository.failure;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.catalog.Catalog;
import dev.bantam.models.catalog.CatalogEntry;
import dev.bantam.spi.ModelReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelDocumentTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String CANARIES =
      """
          canaries:
            - task: chat
              request: {prompt: "2 + 2?", max_tokens: 4, stop: null, messages: [{role: user}]}
              expect: {contains: "4"}
            - {task: complete, request: {prompt: a}, expect: {text: " b"}}
            - {task: classify, request: {text: hot}, expect: {label: overheated}}
            - {task: extract, request: {}, expect: {json_schema: {type: object}}}
            - {task: embed, request: {text: a}, expect: {not_empty: true}}
      """;

  @TempDir Path folder;

  /** A catalog as a site writes one. */
  private CatalogEntry entry(String more) throws Exception {
    CatalogEntry base = TinyRepository.entry(folder);
    Path file =
        Files.writeString(
            folder.resolve("catalog.yaml"),
            """
            format: 1
            models:
              - name: tiny
                version: "1"
                license: MIT
                file: m.gguf
                size: %d
                sha256: %s
                sources: [{file: %s}]
            """
                    .formatted(base.size(), base.sha256(), folder.resolve("m.gguf"))
                + more);
    return Catalog.read(file).entries().get(0);
  }

  @Test
  void shouldCarryCanariesFromTheCatalogToWhoTriesTheModel() throws Exception {
    // Given
    TinyRepository tiny = new TinyRepository(folder, "models", entry(CANARIES));

    // When
    InstalledModel pulled = tiny.models.pull("tiny", PullListener.NONE);

    // Then
    List<Canary> canaries = tiny.models.list().get(0).canaries();
    assertThat(canaries).isEqualTo(pulled.canaries()).hasSize(5);
    assertThat(canaries)
        .extracting(Canary::expect)
        .containsExactly(
            new Expectation.Contains("4"),
            new Expectation.Text(" b"),
            new Expectation.Label("overheated"),
            new Expectation.JsonSchema(Map.of("type", "object")),
            new Expectation.NotEmpty(true));
    assertThat(canaries.get(0).task()).isEqualTo("chat");
    assertThat(canaries.get(0).request())
        .containsEntry("max_tokens", 4)
        .containsEntry("stop", null);
    assertThat(tiny.root.resolve("tiny/1/release.json"))
        .content()
        .contains("\"contains\" : \"4\"", "\"not_empty\" : true", "\"json_schema\" : {");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "canaries: [{task: chat, request: {}}]",
        "canaries: [{task: chat, request: {}, expect: {}}]",
        "canaries: [{task: chat, request: {}, expect: {texts: a}}]",
        "canaries: [{task: chat, request: {}, expect: {text: a, label: b}}]",
        "canaries: [{task: chat, request: {}, expect: {not_empty: false}}]",
        "canaries: [{request: {}, expect: {text: a}}]"
      })
  void shouldRefuseACatalogWhoseCanariesSayNothing(String more) {
    ModelException error = failure(() -> entry("    " + more + "\n"));
    assertThat(error.kind()).isEqualTo(Kind.USAGE);
    assertThat(error).hasMessageContaining("catalog.yaml");
  }

  @Test
  void shouldTakeTheAddressOfTermsForALicenceAndNoOtherText() throws Exception {
    String before = "license: MIT";
    CatalogEntry known = entry("");
    assertThat(known.license()).isEqualTo("MIT");
    Path file = folder.resolve("catalog.yaml");
    String text = Files.readString(file);
    Files.writeString(file, text.replace(before, "license: https://ai.example/gemma/terms"));
    assertThat(Catalog.read(file).entries().get(0).license()).startsWith("https://");
    Files.writeString(file, text.replace(before, "license: \"'; rm -rf\""));
    assertThat(failure(() -> Catalog.read(file)))
        .hasMessageContaining("is no license; write an SPDX identifier such as Apache-2.0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "size|-1|size: must be a whole number, bytes of all files of at least 0, but it is -1",
        "sha256|\"ABC\"|sha256: must be 64 hexadecimal digits in lower case",
        "sources|null|sources: must be a list of places to fetch it, best first",
        "name|\"../a\"|name: must be a model's name",
        "license|\"\"|license: must be an SPDX identifier or expression, such as Apache-2.0",
        "gated|\"yes\"|gated: must be true if somebody must accept the terms",
        "files|[{\"file\":\"../a\"}]|files[0].file: must be a file's name below the folder",
        "canaries|[{\"task\":\"a\",\"request\":{},\"expect\":{\"not_empty\":false}}]|canaries[0].expect.not_empty: must be true: any answer but none",
      })
  void shouldSayWhereADocumentIsWrong(String key, String value, String expected) throws Exception {
    TinyRepository tiny = new TinyRepository(folder);
    tiny.models.pull("tiny", PullListener.NONE);
    Path file = tiny.root.resolve("tiny/1/release.json");
    ObjectNode document = (ObjectNode) JSON.readTree(file.toFile());
    document.set(key, JSON.readTree(value));
    JSON.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), document);

    ModelException error = failure(() -> tiny.resolve("tiny"));

    assertThat(error.kind()).isEqualTo(Kind.CORRUPT);
    assertThat(error)
        .hasMessageMatching("(?s)tiny:1 is damaged \\(.*release.json:\\d+: .*")
        .hasMessageContaining(expected)
        .hasMessageContaining("bantam model rm tiny:1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"variants\" : [ {|\"variants\" : [ ], \"x\" : [ {|variants: must be a list of at least one variant",
        "'\"size\" : '|'\"size\" : -'|size: must be a whole number, bytes of at least 0",
        "\"sha256\" : \"|\"sha256\" : \"../|sha256: must be 64 hexadecimal digits",
        "\"installed_at\" : \"2|\"installed_at\" : \"x2|installed_at: must be a time such as",
        "\"importer\"|\"imported\"|\"importer\" is missing: a whole number"
      })
  void shouldSayWhereWhatThisDeviceWroteIsWrong(String before, String after, String expected)
      throws Exception {
    TinyRepository tiny = new TinyRepository(folder);
    tiny.models.pull("tiny", PullListener.NONE);
    Path file = tiny.root.resolve("tiny/1/installed.json");
    String text = Files.readString(file);
    assertThat(text).contains(before);
    Files.writeString(file, text.replace(before, after));

    assertThat(failure(() -> tiny.resolve("tiny"))).hasMessageContaining(expected);
  }

  @Test
  void shouldPassOverWhatALaterBantamAdds() throws Exception {
    TinyRepository tiny = new TinyRepository(folder);
    tiny.models.pull("tiny", PullListener.NONE);
    for (String name : List.of("release.json", "installed.json")) {
      Path file = tiny.root.resolve("tiny/1").resolve(name);
      String text = Files.readString(file);
      Files.writeString(file, text.replaceFirst("\\{", "{\"later\": {\"a\": [1]},"));
    }
    assertThat(tiny.resolve("tiny")).isEqualTo("tiny:1@q4_1");
  }

  /** Of a document that an earlier Bantam wrote, without what came since. */
  @Test
  void shouldReadWhatAnEarlierBantamWrote() throws Exception {
    String earlier =
        """
        {"format": 1, "name": "a", "version": "1", "description": "", "license": "MIT", "file": "m",
         "size": 1, "sha256": "%s", "sources": []}
        """
            .formatted("0".repeat(64));
    Release release =
        ModelDocument.RELEASE.read("release.json", earlier.getBytes(StandardCharsets.UTF_8));
    assertThat(release.canaries()).isEmpty();
    assertThat(release.files()).isEmpty();
    assertThat(release.gated()).isFalse();
  }

  @Test
  void shouldFetchAGatedModelOnlyWhenItsTermsAreAccepted() throws Exception {
    // Given
    TinyRepository tiny = new TinyRepository(folder, "models", entry("    gated: true\n"));

    // When
    ModelException refused = failure(() -> tiny.models.pull("tiny", PullListener.NONE));

    // Then
    assertThat(refused.kind()).isEqualTo(Kind.LICENSE);
    assertThat(refused)
        .hasMessageContaining("tiny is gated")
        .hasMessageContaining("bantam model pull tiny --accept-license")
        .hasMessageContaining("bantam model accept tiny 'MIT'");
    tiny.models.acceptTerms("tiny", "Apache-2.0");
    assertThat(failure(() -> tiny.models.pull("tiny", PullListener.NONE)).kind())
        .as("other terms")
        .isEqualTo(Kind.LICENSE);
    assertThat(tiny.blobs()).isEmpty();

    tiny.models.acceptTerms("tiny", "MIT");
    TinyRepository again = new TinyRepository(folder, "models", entry("    gated: true\n"));
    assertThat(again.models.pull("tiny", PullListener.NONE).reference())
        .isEqualTo(ModelReference.parse("tiny:1"));
  }

  @Test
  void shouldDescribeWhatSeveralDocumentsHaveInTheSameWay() throws Exception {
    JsonNode release = schema("release").get("$defs");
    assertThat(schema("canaries").get("$defs").get("canary")).isEqualTo(release.get("canary"));
    JsonNode installed = schema("installed");
    assertThat(release.get("variants")).isEqualTo(installed.get("properties").get("variants"));
    assertThat(release.get("blob")).isEqualTo(installed.get("$defs").get("blob"));
  }

  private static JsonNode schema(String name) throws Exception {
    return new ObjectMapper().readTree(ModelDocumentTest.class.getResource(name + ".schema.json"));
  }
}
