package dev.bantam.inference.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bantam.format.TurnMarkers;
import dev.bantam.models.importer.GgufVocabulary;
import java.util.Iterator;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A GGUF's vocabulary made of a {@code tokenizer.json}, as llama.cpp's converter makes it; {@code
 * tokenizer_families.py} does the same for llama.cpp.
 */
final class ConvertedVocabulary {

  private static final Pattern BYTE = Pattern.compile("<0x[0-9A-F]{2}>");

  private final JsonNode file;
  private final ObjectNode result;
  private final boolean sentencePiece;
  private final int size;

  private ConvertedVocabulary(JsonNode file, JsonNode spec) {
    this.file = file;
    this.result = spec.deepCopy();
    this.sentencePiece = spec.path("model").asText().equals("llama");
    this.size = size(file);
  }

  /**
   * @param spec the keys that the converter writes beside the tokens: {@code model}, {@code pre},
   *     {@code bos} and the like
   */
  static GgufVocabulary of(JsonNode tokenizerJson, JsonNode spec) {
    ConvertedVocabulary converted = new ConvertedVocabulary(tokenizerJson, spec);
    converted.addTokens();
    converted.addMerges();
    return VocabularyFixture.vocabulary(converted.result, spec.path("pre").asText());
  }

  private void addTokens() {
    ArrayNode tokens = result.putArray("tokens");
    ArrayNode types = result.putArray("types");
    for (int id = 0; id < size; id++) {
      tokens.add("[PAD" + id + "]");
      types.add(5);
    }
    Iterator<Map.Entry<String, JsonNode>> pieces = file.path("model").path("vocab").fields();
    while (pieces.hasNext()) {
      Map.Entry<String, JsonNode> piece = pieces.next();
      boolean isByte = sentencePiece && BYTE.matcher(piece.getKey()).matches();
      tokens.set(piece.getValue().asInt(), piece.getKey());
      types.set(piece.getValue().asInt(), isByte ? 6 : 1);
    }
    for (JsonNode added : file.path("added_tokens")) {
      String content = added.path("content").asText();
      boolean special = added.path("special").asBoolean() || TurnMarkers.isMarker(content);
      tokens.set(
          added.path("id").asInt(),
          sentencePiece && !special ? content.replace('\u2581', ' ') : content);
      types.set(added.path("id").asInt(), special ? 3 : 4);
    }
    if (result.has("unknown")) {
      types.set(result.path("unknown").asInt(), 2);
    }
  }

  private static int size(JsonNode file) {
    int max = 0;
    for (JsonNode id : file.path("model").path("vocab")) {
      max = Math.max(max, id.asInt());
    }
    for (JsonNode added : file.path("added_tokens")) {
      max = Math.max(max, added.path("id").asInt());
    }
    return max + 1;
  }

  /** SentencePiece has scores instead: the better, the earlier a piece is merged. */
  private void addMerges() {
    JsonNode merges = file.path("model").path("merges");
    ArrayNode list = result.putArray(sentencePiece ? "scores" : "merges");
    if (!sentencePiece) {
      merges.forEach(merge -> list.add(merge.isArray() ? joined(merge, " ") : merge.asText()));
      return;
    }
    for (int id = 0; id < size; id++) {
      list.add(-merges.size());
    }
    for (int rank = merges.size() - 1; rank >= 0; rank--) {
      JsonNode merge = merges.get(rank);
      String piece = merge.isArray() ? joined(merge, "") : merge.asText().replace(" ", "");
      list.set(file.path("model").path("vocab").path(piece).asInt(), -rank);
    }
  }

  private static String joined(JsonNode merge, String between) {
    return merge.path(0).asText() + between + merge.path(1).asText();
  }

  static JsonNode withAddedTokens(JsonNode file, JsonNode added) {
    ObjectNode copy = new ObjectMapper().createObjectNode();
    copy.setAll((ObjectNode) file);
    copy.set("added_tokens", added);
    return copy;
  }
}
