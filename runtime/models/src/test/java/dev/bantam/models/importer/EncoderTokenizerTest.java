package dev.bantam.models.importer;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bantam.models.importer.safetensors.EncoderTokenizer;
import dev.bantam.models.store.BlobWriter;
import dev.bantam.spi.ModelFiles;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tokenizers that are made of a vocabulary against transformers', over 624 strings;
 * src/test/golden/encoder_tokenizers.py asks it.
 */
class EncoderTokenizerTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path STRINGS =
      Path.of(System.getProperty("bantam.root"), "runtime/inference/src/test/resources/tokenizer");
  private static final List<String> SPECIAL = List.of("<s>", "<pad>", "</s>", "<unk>", "<mask>");

  @TempDir Path folder;

  @Test
  void shouldCutAsTransformersDoesFromVocabTxt() throws Exception {
    Map<Integer, String> pieces = new TreeMap<>();
    JsonNode published = JSON.readTree(resource("all-minilm-l6-v2-q-tokenizer.json"));
    published
        .at("/model/vocab")
        .properties()
        .forEach(entry -> pieces.put(entry.getValue().asInt(), entry.getKey()));
    Files.write(folder.resolve("vocab.txt"), pieces.values());

    write("tokenizer_config.json", Map.of("do_lower_case", true));
    assertAgrees("uncased");
    write("tokenizer_config.json", Map.of("do_lower_case", false));
    assertAgrees("cased");
  }

  @Test
  void shouldCutAsTransformersDoesFromVocabJsonAndMerges() throws Exception {
    JsonNode model = JSON.readTree(STRINGS.resolve("small/phi2.json").toFile()).get("model");
    ObjectNode vocabulary = model.get("vocab").deepCopy();
    int next = vocabulary.size();
    for (JsonNode id : vocabulary) {
      next = Math.max(next, id.asInt() + 1);
    }
    for (String token : SPECIAL) {
      vocabulary.put(token, next++);
    }
    write("vocab.json", vocabulary);
    StringBuilder merges = new StringBuilder("#version: 0.2\n");
    for (JsonNode merge : model.get("merges")) {
      merges
          .append(
              merge.isTextual()
                  ? merge.asText()
                  : merge.get(0).asText() + " " + merge.get(1).asText())
          .append('\n');
    }
    Files.writeString(folder.resolve("merges.txt"), merges);

    write("tokenizer_config.json", Map.of());
    assertAgrees("roberta");
    write("tokenizer_config.json", Map.of("add_prefix_space", true));
    assertAgrees("roberta-prefix");
  }

  private void write(String file, Object content) throws Exception {
    JSON.writeValue(folder.resolve(file).toFile(), content);
  }

  private void assertAgrees(String name) throws Exception {
    JsonNode golden = JSON.readTree(resource("encoder-tokenizers.json")).get(name);
    JsonNode strings = JSON.readTree(STRINGS.resolve("strings.json").toFile());
    assertThat(golden).hasSameSizeAs(strings).hasSizeGreaterThan(500);
    FolderBlobs blobs = new FolderBlobs(folder);
    Path made;
    try (BlobWriter writer = blobs.open()) {
      EncoderTokenizer.read(folder).writeTo(writer);
      made = blobs.path(writer.commit());
    }
    Path named = Files.createDirectories(folder.resolve(ModelFiles.TOKENIZER + name));
    Files.copy(made, named.resolve("tokenizer.json"));
    try (HuggingFaceTokenizer tokenizer =
        HuggingFaceTokenizer.builder()
            .optTokenizerPath(named.resolve("tokenizer.json"))
            .optTruncation(false)
            .optPadding(false)
            .build()) {
      for (int i = 0; i < strings.size(); i++) {
        if (golden.get(i).isNull()) {
          continue; // half of a surrogate pair
        }
        long[] expected = JSON.treeToValue(golden.get(i), long[].class);
        String text = strings.get(i).asText();
        assertThat(tokenizer.encode(text).getIds()).as("%s %d", name, i).isEqualTo(expected);
      }
    }
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(
        EncoderTokenizerTest.class.getClassLoader().getResourceAsStream(name));
  }
}
