package dev.bantam.inference.tokenizer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What a {@code tokenizer.json} says beside its vocabulary and its merges. Those two are nearly all
 * of it: 256,000 tokens make 35 MB, and ten times that as a tree.
 */
final class TokenizerHead {

  static final String MODEL = "model";
  static final String VOCABULARY = "vocab";
  static final String MERGES = "merges";

  /** Its parsers keep no names: each token's occurs once. */
  static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
              .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
              .build());

  static final String ADDED = "added_tokens";

  private final JsonParser parser;
  private boolean hasVocabulary;
  private boolean hasMerges;

  private TokenizerHead(JsonParser parser) {
    this.parser = parser;
  }

  /**
   * Reads a file through.
   *
   * @return its root, whose {@link #MODEL} has neither {@link #VOCABULARY} nor {@link #MERGES}
   * @throws IllegalArgumentException if it has no vocabulary
   */
  static ObjectNode read(Path file) throws IOException {
    return read(file, false);
  }

  /**
   * As {@link #read}.
   *
   * @throws IllegalArgumentException if it is no BPE tokenizer
   */
  static ObjectNode readBpe(Path file) throws IOException {
    return read(file, true);
  }

  private static ObjectNode read(Path file, boolean bpe) throws IOException {
    try (JsonParser parser = JSON.createParser(file.toFile())) {
      TokenizerHead head = new TokenizerHead(parser);
      ObjectNode root = head.root();
      if (bpe && !(head.hasVocabulary && head.hasMerges)) {
        throw new IllegalArgumentException("it is no BPE tokenizer with a vocabulary and merges");
      }
      if (!head.hasVocabulary) {
        throw new IllegalArgumentException("it has no vocabulary");
      }
      return root;
    }
  }

  private ObjectNode root() throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new IllegalArgumentException("it is no JSON object");
    }
    ObjectNode root = JSON.createObjectNode();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      if (parser.nextToken() == JsonToken.START_OBJECT && key.equals(MODEL)) {
        root.set(key, model());
      } else {
        root.set(key, JSON.readTree(parser));
      }
    }
    return root;
  }

  private ObjectNode model() throws IOException {
    ObjectNode model = JSON.createObjectNode();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      JsonToken value = parser.nextToken();
      if (key.equals(VOCABULARY) && value.isStructStart()) {
        hasVocabulary = true;
        parser.skipChildren();
      } else if (key.equals(MERGES) && value == JsonToken.START_ARRAY) {
        hasMerges = true;
        parser.skipChildren();
      } else {
        model.set(key, JSON.readTree(parser));
      }
    }
    return model;
  }
}
