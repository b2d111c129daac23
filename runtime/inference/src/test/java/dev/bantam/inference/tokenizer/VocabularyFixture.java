package dev.bantam.inference.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.models.ModelException;
import dev.bantam.models.importer.GgufVocabulary;
import dev.bantam.models.importer.TokenizerJson;
import dev.bantam.spi.TaskException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.SoftAssertions;

/** The vocabularies and goldens that {@code tokenizer_golden.py} has made. */
final class VocabularyFixture {

  /** Hexadecimal digits of a string's digest. */
  private static final int DIGEST = 8;

  private static final ObjectMapper JSON = new ObjectMapper();

  private VocabularyFixture() {}

  static JsonNode json(String name) throws IOException {
    try (InputStream in = VocabularyFixture.class.getResourceAsStream("/tokenizer/" + name)) {
      return JSON.readTree(in);
    }
  }

  /** A family's published chat template. */
  static String template(String name) throws IOException {
    try (InputStream in =
        VocabularyFixture.class.getResourceAsStream("/template/families/" + name + ".jinja")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  static List<String> strings() throws IOException {
    List<String> strings = new ArrayList<>();
    json("strings.json").forEach(node -> strings.add(node.asText()));
    return strings;
  }

  static GgufVocabulary vocabulary(JsonNode node, String pre) {
    return new GgufVocabulary(
        node.path("model").asText(),
        pre,
        texts(node.path("tokens")),
        reals(node.path("scores")),
        wholes(node.path("types")),
        texts(node.path("merges")),
        whole(node, "bos"),
        whole(node, "eos"),
        Optional.empty(),
        whole(node, "unknown"),
        false,
        node.path("add_space_prefix").asBoolean(),
        node.path("name").asText().startsWith("Phi-3"));
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static List<Float> reals(JsonNode list) {
    List<Float> reals = new ArrayList<>();
    list.forEach(real -> reals.add((float) real.asDouble()));
    return reals;
  }

  private static List<Integer> wholes(JsonNode list) {
    List<Integer> wholes = new ArrayList<>();
    list.forEach(whole -> wholes.add(whole.asInt()));
    return wholes;
  }

  private static Optional<Integer> whole(JsonNode node, String key) {
    return node.has(key) ? Optional.of(node.path(key).asInt()) : Optional.empty();
  }

  static Tokenizer load(GgufVocabulary vocabulary, Path folder)
      throws IOException, ModelException, TaskException {
    Path file = folder.resolve("tokenizer.json");
    try (OutputStream out = Files.newOutputStream(file)) {
      TokenizerJson.of(vocabulary).write(out);
    }
    return loadKept(file);
  }

  static Tokenizer load(String name, String pre, Path folder)
      throws IOException, ModelException, TaskException {
    return load(vocabulary(json(name).path("vocabulary"), pre), folder);
  }

  static Tokenizer load(JsonNode tokenizerJson, Path folder) throws IOException, TaskException {
    Path file = folder.resolve("tokenizer.json");
    JSON.writeValue(file.toFile(), tokenizerJson);
    return loadKept(file);
  }

  /** As a process has it after one that kept what it had made. */
  private static Tokenizer loadKept(Path file) throws TaskException {
    Optional<Path> cache = Optional.of(file.resolveSibling("cache"));
    Tokenizers.load(file, cache).close();
    return Tokenizers.load(file, cache);
  }

  /** Compares with the digests of a reference's ids, eight characters a string. */
  static void compare(
      String label,
      Tokenizer tokenizer,
      List<String> strings,
      JsonNode golden,
      SoftAssertions softly) {
    String text = golden.path("text").asText();
    String prompt = golden.path("prompt").asText();
    softly.assertThat(text).hasSize(strings.size() * DIGEST);
    for (int i = 0; i < strings.size() && text.length() == strings.size() * DIGEST; i++) {
      String string = strings.get(i);
      compare(label + ", text", i, string, tokenizer.encodeText(string), text, softly);
      compare(label + ", prompt", i, string, tokenizer.encodePrompt(string), prompt, softly);
    }
  }

  private static void compare(
      String label, int at, String string, int[] ids, String golden, SoftAssertions softly) {
    softly
        .assertThat(digest(ids))
        .as("%s %d \"%s\": %s", label, at, string, Arrays.toString(ids))
        .isEqualTo(golden.substring(at * DIGEST, (at + 1) * DIGEST));
  }

  private static String digest(int[] ids) {
    String joined = IntStream.of(ids).mapToObj(String::valueOf).collect(Collectors.joining(","));
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(joined.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, DIGEST / 2);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
