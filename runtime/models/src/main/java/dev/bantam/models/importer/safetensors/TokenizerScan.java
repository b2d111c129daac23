package dev.bantam.models.importer.safetensors;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.bantam.models.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Looks a {@code tokenizer.json} through for what an import must know of it. The file is large and
 * is never held whole.
 */
final class TokenizerScan {

  /** A vocabulary of 260,000 tokens with its merges has 35 MB. */
  private static final long MAX_BYTES = 256L << 20;

  /** Tokens that a model may have, and one of them may be long. */
  private static final int MAX_ID = 1 << 22;

  /** Added tokens of a file; each is remembered. */
  private static final int MAX_ADDED = 1 << 16;

  /** The kind of decoders' tokenizers. */
  static final Set<String> BPE = Set.of("BPE");

  /** The kinds of encoders' tokenizers. */
  static final Set<String> ENCODERS = Set.of("BPE", "Unigram", "WordPiece");

  /** The way from a post-processor's template to its first token. */
  private static final List<String> FIRST_TOKEN = List.of("single", "SpecialToken", "id");

  /** A token that text is searched for before the vocabulary is asked. */
  record Added(int id, boolean special) {}

  private final Path file;
  private final Set<String> wanted;
  private final Set<String> kinds;
  private final Map<String, Added> added = new HashMap<>();
  private final Map<String, Integer> vocabulary = new HashMap<>();
  private @Nullable String kind;
  private boolean hasMerges;
  private @Nullable String firstToken;

  private TokenizerScan(Path file, Set<String> wanted, Set<String> kinds) {
    this.file = file;
    this.kinds = kinds;
    this.wanted = wanted;
  }

  /**
   * Reads a file.
   *
   * @param wanted tokens whose ids {@link #id} will be asked for
   * @param kinds that are supported: {@link #BPE} or {@link #ENCODERS}
   * @throws ModelException {@code MALFORMED} if it is no tokenizer, {@code UNSUPPORTED} if it is of
   *     another kind
   */
  static TokenizerScan of(Path file, Set<String> wanted, Set<String> kinds) throws ModelException {
    TokenizerScan scan = new TokenizerScan(file, wanted, kinds);
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw FolderErrors.malformed(
            file, "size", "it has more than the %d bytes that are read".formatted(MAX_BYTES));
      }
      try (JsonParser parser = JsonFile.FACTORY.createParser(file.toFile())) {
        scan.root(parser);
      }
    } catch (IOException e) {
      throw JsonFile.failure(file, e);
    }
    scan.check();
    return scan;
  }

  private void check() throws ModelException {
    if (kind == null && !hasMerges) {
      throw FolderErrors.malformed(file, "model", "it is no tokenizer: it has no model");
    }
    if (kind != null && !kinds.contains(kind)) {
      throw FolderErrors.unsupported(
          file,
          "model.type",
          "a tokenizer of kind \"%s\" is not supported; supported is %s"
              .formatted(
                  kind.length() <= 40 ? kind : kind.substring(0, 40),
                  String.join(", ", new TreeSet<>(kinds))));
    }
  }

  private void root(JsonParser parser) throws IOException, ModelException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw FolderErrors.malformed(file, "JSON", "it is no object");
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      parser.nextToken();
      switch (key) {
        case "added_tokens" -> addedTokens(parser);
        case "post_processor" -> postProcessor(parser);
        case "model" -> model(parser);
        default -> parser.skipChildren();
      }
    }
    if (parser.nextToken() != null) {
      throw FolderErrors.malformed(file, "JSON", "something follows the object");
    }
  }

  private void addedTokens(JsonParser parser) throws IOException, ModelException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw FolderErrors.malformed(file, "added_tokens", "it is no list");
    }
    while (parser.nextToken() == JsonToken.START_OBJECT) {
      addedToken(parser);
    }
    if (parser.currentToken() != JsonToken.END_ARRAY || added.size() > MAX_ADDED) {
      throw FolderErrors.malformed(file, "added_tokens", "it is no list of tokens");
    }
  }

  private void addedToken(JsonParser parser) throws IOException, ModelException {
    int id = -1;
    String content = null;
    boolean special = false;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      parser.nextToken();
      switch (key) {
        case "id" -> id = id(parser);
        case "content" -> content = parser.getValueAsString();
        case "special" -> special = parser.currentToken() == JsonToken.VALUE_TRUE;
        default -> parser.skipChildren();
      }
    }
    if (id < 0 || content == null || content.length() > 4096) {
      throw FolderErrors.malformed(file, "added_tokens", "a token lacks its id or its content");
    }
    added.put(content, new Added(id, special));
  }

  private int id(JsonParser parser) throws IOException, ModelException {
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
        || parser.getNumberType() != JsonParser.NumberType.INT
        || parser.getIntValue() < 0
        || parser.getIntValue() > MAX_ID) {
      throw FolderErrors.malformed(
          file, "vocabulary", "%s is no token's id".formatted(parser.currentToken()));
    }
    return parser.getIntValue();
  }

  private void model(JsonParser parser) throws IOException, ModelException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw FolderErrors.malformed(file, "model", "it is no object");
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      parser.nextToken();
      switch (key) {
        case "type" -> kind = String.valueOf(parser.getValueAsString());
        case "vocab" -> vocabulary(parser);
        case "merges" -> {
          hasMerges = parser.currentToken() == JsonToken.START_ARRAY;
          parser.skipChildren();
        }
        default -> parser.skipChildren();
      }
    }
  }

  /** Other kinds have lists here; they are refused for their kind. */
  private void vocabulary(JsonParser parser) throws IOException, ModelException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return;
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String piece = parser.currentName();
      parser.nextToken();
      int id = id(parser);
      if (wanted.contains(piece)) {
        vocabulary.put(piece, id);
      }
    }
  }

  /**
   * Finds what a template puts first: {@code "single": [{"SpecialToken": {"id": "<s>"}}, ...]}, at
   * whatever depth the template lies. A template that begins with the text has a {@code Sequence}
   * there.
   */
  private void postProcessor(JsonParser parser) throws IOException {
    int depth = 0;
    int found = 0;
    do {
      JsonToken token = parser.currentToken();
      depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
      if (token == JsonToken.FIELD_NAME && found < FIRST_TOKEN.size()) {
        boolean next = FIRST_TOKEN.get(found).equals(parser.currentName());
        found = next ? found + 1 : found == 0 ? 0 : Integer.MAX_VALUE;
      } else if (token == JsonToken.VALUE_STRING && found == FIRST_TOKEN.size()) {
        firstToken = parser.getText();
        found = Integer.MAX_VALUE;
      }
    } while (depth > 0 && parser.nextToken() != null);
  }

  /** The id of a token that is wanted or added. */
  Optional<Integer> id(String token) {
    Added found = added.get(token);
    return found == null ? Optional.ofNullable(vocabulary.get(token)) : Optional.of(found.id());
  }

  boolean isSpecial(String token) {
    Added found = added.get(token);
    return found != null && found.special();
  }

  /** The text of an added token. */
  Optional<String> content(int id) {
    return added.entrySet().stream()
        .filter(entry -> entry.getValue().id() == id)
        .map(Map.Entry::getKey)
        .sorted()
        .findFirst();
  }

  /** The special token that the file itself puts in front of a text. */
  Optional<String> firstToken() {
    return Optional.ofNullable(firstToken);
  }
}
