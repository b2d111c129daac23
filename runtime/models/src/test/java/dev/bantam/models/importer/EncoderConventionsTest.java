package dev.bantam.models.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.spi.ModelFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What folders of known families, and sentence-transformers' files, say of embeddings. */
class EncoderConventionsTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "e5-small-v2| {'passage':'passage: ','query':'query: '}",
        "multilingual-e5-base| {'passage':'passage: ','query':'query: '}",
        "bge-small-en-v1.5| {'query':'Represent this sentence for searching relevant passages: '}",
        "bge-m3| {}",
        "some-e5ish| {}",
      })
  void shouldKnowThePrefixesOfFamiliesByTheirFoldersName(String name, String prefixes)
      throws Exception {
    assertThat(imported(model(name)).get("prefixes"))
        .isEqualTo(JSON.readTree(prefixes.replace('\'', '"')));
  }

  @Test
  void shouldKnowAFamilyByTheNameInItsConfiguration() throws Exception {
    Path model = model("mine");
    ObjectNode config = (ObjectNode) JSON.readTree(model.resolve("config.json").toFile());
    config.put("_name_or_path", "intfloat/e5-large");
    JSON.writeValue(model.resolve("config.json").toFile(), config);
    assertThat(imported(model).at("/prefixes/query").asText()).isEqualTo("query: ");
  }

  @Test
  void shouldPreferTheFoldersOwnPrompts() throws Exception {
    Path model = model("e5-base");
    Files.writeString(
        model.resolve("config_sentence_transformers.json"),
        "{\"prompts\": {\"query\": \"Q: \", \"clustering\": \"C: \", \"document\": \"\"}}");
    assertThat(imported(model).get("prefixes").toString())
        .isEqualTo("{\"clustering\":\"C: \",\"passage\":\"passage: \",\"query\":\"Q: \"}");
  }

  @ParameterizedTest
  @CsvSource({
    "pooling_mode_mean_tokens, mean",
    "pooling_mode_cls_token, cls",
    "pooling_mode_lasttoken, last",
  })
  void shouldReadThePooling(String key, String pooling) throws Exception {
    Path model = model("mine");
    assertThat(imported(model).get("pooling").asText()).isEqualTo("none");
    pooling(model, "{\"%s\": true, \"pooling_mode_max_tokens\": false}".formatted(key));
    assertThat(imported(model).get("pooling").asText()).isEqualTo(pooling);
    assertThat(imported(model).get("normalize").asBoolean()).isFalse();
  }

  @Test
  void shouldRefuseWhatWouldMakeOtherEmbeddings() throws Exception {
    Path model = model("mine");
    pooling(model, "{\"pooling_mode_max_tokens\": true}");
    assertRefused(model, "pooling by \"max_tokens\" is not supported");
    pooling(model, "{\"pooling_mode\": \"mean\"}");
    Files.writeString(
        model.resolve("modules.json"), "[{\"type\": \"sentence_transformers.models.Dense\"}]");
    assertRefused(model, "a module \"Dense\" is not supported");
  }

  private void assertRefused(Path model, String message) {
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> imported(model))
        .withMessageContaining(message)
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED));
  }

  private static void pooling(Path model, String content) throws Exception {
    Files.createDirectories(model.resolve("1_Pooling"));
    Files.writeString(model.resolve("1_Pooling/config.json"), content);
  }

  /** A BERT with no more than {@code config.json}, weights and {@code vocab.txt}. */
  private Path model(String name) throws Exception {
    Path original =
        Path.of(EncoderConventionsTest.class.getResource("/encoders/bert-plain").toURI());
    Path model = Files.createDirectory(folder.resolve(name));
    for (String file : new String[] {"config.json", "model.safetensors", "vocab.txt"}) {
      Files.copy(original.resolve(file), model.resolve(file));
    }
    return model;
  }

  private JsonNode imported(Path model) throws Exception {
    FolderBlobs blobs = new FolderBlobs(folder);
    ImportedVariant imported = ModelImporter.importModel(model, blobs, ImportListener.NONE);
    return JSON.readTree(
        blobs.path(Objects.requireNonNull(imported.files().get(ModelFiles.CONFIG))).toFile());
  }
}
