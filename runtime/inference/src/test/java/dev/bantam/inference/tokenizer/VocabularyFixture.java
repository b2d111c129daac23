package dev.bantam.inference.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.models.ModelException;
import dev.bantam.models.importer.GgufVocabulary;
import dev.bantam.models.importer.TokenizerJson;
import dev.bantam.spi.TaskException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The vocabularies and goldens that {@code tokenizer_golden.py} has made. */
final class VocabularyFixture {

  private static final ObjectMapper JSON = new ObjectMapper();

  private VocabularyFixture() {}

  static JsonNode json(String name) throws IOException {
    try (InputStream in = VocabularyFixture.class.getResourceAsStream("/tokenizer/" + name)) {
      return JSON.readTree(in);
    }
  }

  static List<String> strings() throws IOException {
    List<String> strings = new ArrayList<>();
    json("strings.json").forEach(node -> strings.add(node.asText()));
    return strings;
  }

  static GgufVocabulary vocabulary(JsonNode node, String pre) {
    List<String> tokens = new ArrayList<>();
    node.path("tokens").forEach(token -> tokens.add(token.asText()));
    List<Integer> types = new ArrayList<>();
    node.path("types").forEach(type -> types.add(type.asInt()));
    List<Float> scores = new ArrayList<>();
    node.path("scores").forEach(score -> scores.add((float) score.asDouble()));
    List<String> merges = new ArrayList<>();
    node.path("merges").forEach(merge -> merges.add(merge.asText()));
    return new GgufVocabulary(
        node.path("model").asText(),
        pre,
        tokens,
        scores,
        types,
        merges,
        Optional.of(node.path("bos").asInt()),
        Optional.of(node.path("eos").asInt()),
        Optional.empty(),
        Optional.of(node.path("unknown").asInt()),
        false,
        node.path("add_space_prefix").asBoolean());
  }

  static Tokenizer load(GgufVocabulary vocabulary, Path folder)
      throws IOException, ModelException, TaskException {
    Path file = folder.resolve("tokenizer.json");
    Files.write(file, TokenizerJson.of(vocabulary));
    return Tokenizers.load(file);
  }

  static Tokenizer load(String name, String pre, Path folder)
      throws IOException, ModelException, TaskException {
    return load(vocabulary(json(name).path("vocabulary"), pre), folder);
  }

  static int[] ids(JsonNode list) {
    int[] ids = new int[list.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = list.get(i).asInt();
    }
    return ids;
  }
}
