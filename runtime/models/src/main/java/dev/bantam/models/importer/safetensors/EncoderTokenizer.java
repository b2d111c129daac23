package dev.bantam.models.importer.safetensors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bantam.models.ModelException;
import dev.bantam.models.importer.source.SourceTokenizer.Content;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tokenizer of an encoder's folder: {@code tokenizer.json} as it stands, or one that is made of
 * {@code vocab.txt}, or of {@code vocab.json} and {@code merges.txt}, as transformers makes it. Its
 * truncation and padding mean nothing: who runs the model sees to both.
 */
public final class EncoderTokenizer {

  static final ObjectMapper JSON = new ObjectMapper();

  private static final long MAX_SETTINGS = 1L << 20;

  private EncoderTokenizer() {}

  /**
   * @param folder that has one of these files
   * @throws ModelException {@code MALFORMED}, {@code UNSUPPORTED} if it is a tokenizer of another
   *     kind
   */
  public static Content read(Path folder) throws ModelException {
    Path ready = folder.resolve(ModelFolder.TOKENIZER);
    if (Files.exists(ready)) {
      TokenizerScan unused = TokenizerScan.of(ready, Set.of(), TokenizerScan.ENCODERS);
      return target -> FolderTokenizer.copy(ready, target);
    }
    JsonNode settings =
        JsonFile.readIfPresent(folder.resolve(ModelFolder.TOKENIZER_CONFIG), MAX_SETTINGS)
            .orElseGet(JSON::createObjectNode);
    Path pieces = folder.resolve(ModelFolder.WORD_PIECES);
    byte[] made =
        bytes(
            Files.exists(pieces)
                ? WordPieceTokenizer.of(pieces, settings)
                : RobertaTokenizer.of(folder, settings));
    return target -> target.write(ByteBuffer.wrap(made));
  }

  private static byte[] bytes(ObjectNode tokenizer) {
    try {
      return JSON.writeValueAsBytes(tokenizer);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree must be writable", e);
    }
  }

  /** A special token's text: a string, or an object with its {@code content}. */
  static String special(JsonNode settings, String key, String usual) {
    JsonNode value = settings.path(key);
    JsonNode text = value.isObject() ? value.path("content") : value;
    return text.isTextual() ? text.textValue() : usual;
  }

  /** A switch of {@code tokenizer_config.json}. */
  static boolean flag(JsonNode settings, String key, boolean usual) {
    return settings.path(key).asBoolean(usual);
  }

  /** The frame of a {@code tokenizer.json}, with the special tokens that the vocabulary has. */
  static ObjectNode frame(Map<String, Integer> ids, List<String> special, String trimmedBefore) {
    ObjectNode root = JSON.createObjectNode().put("version", "1.0");
    root.putNull("truncation").putNull("padding");
    ArrayNode added = root.putArray("added_tokens");
    special.stream()
        .distinct()
        .filter(ids::containsKey)
        .sorted(Comparator.comparing(ids::get))
        .forEach(
            token -> {
              ObjectNode node = added.addObject().put("id", ids.get(token)).put("content", token);
              node.put("single_word", false).put("lstrip", token.equals(trimmedBefore));
              node.put("rstrip", false).put("normalized", false).put("special", true);
            });
    return root;
  }
}
