package dev.bantam.models.importer;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bantam.models.ModelException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a GGUF's vocabulary as a Hugging Face {@code tokenizer.json}, the format of the {@code
 * tokenizers} library. Ids stay what they are. Text is cut as llama.cpp cuts it: no Unicode
 * normalization, and with SentencePiece a space in front of each piece of text that follows a
 * special token.
 *
 * <p>The file of 256,000 tokens has 35 MB, of which one token is held at a time.
 */
public final class TokenizerJson {

  /** Byte-level BPE with merges, {@code tokenizer.ggml.model}. */
  static final String BYTE_LEVEL = "gpt2";

  /** SentencePiece with scores, {@code tokenizer.ggml.model}. */
  static final String SENTENCE_PIECE = "llama";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final GgufVocabulary vocabulary;
  private final Map<String, Integer> ids;
  private final List<TokenKind> kinds;
  private final PieceRules rules;

  private TokenizerJson(GgufVocabulary vocabulary) throws ModelException {
    int size = vocabulary.tokens().size();
    this.vocabulary = vocabulary;
    this.ids = new HashMap<>(size * 4 / 3 + 1);
    this.kinds = new ArrayList<>(size);
    for (int id = 0; id < size; id++) {
      ids.putIfAbsent(vocabulary.tokens().get(id), id);
      kinds.add(TokenKind.of(vocabulary, id));
    }
    this.rules = rules();
  }

  /**
   * Checks a vocabulary; what is returned can be written.
   *
   * @throws ModelException {@code UNSUPPORTED} if the vocabulary's kind or its pre-tokenizer is not
   *     known, {@code MALFORMED} if its lists do not fit together
   */
  public static TokenizerJson of(GgufVocabulary vocabulary) throws ModelException {
    check(vocabulary);
    return new TokenizerJson(vocabulary);
  }

  private static void check(GgufVocabulary vocabulary) throws ModelException {
    int size = vocabulary.tokens().size();
    if (size == 0) {
      throw malformed("the file has no vocabulary (tokenizer.ggml.tokens)");
    }
    checkLength("token_type", vocabulary.types().size(), size);
    checkLength("scores", vocabulary.scores().size(), size);
    if (vocabulary.model().equals(SENTENCE_PIECE) && vocabulary.scores().isEmpty()) {
      throw malformed(
          "a SentencePiece vocabulary needs scores (tokenizer.ggml.scores), but the file has none");
    }
  }

  private static void checkLength(String key, int length, int tokens) throws ModelException {
    if (length != 0 && length != tokens) {
      throw malformed(
          "tokenizer.ggml.%s has %d entries for %d tokens".formatted(key, length, tokens));
    }
  }

  private static ModelException malformed(String message) {
    return new ModelException(ModelException.Kind.MALFORMED, message);
  }

  private PieceRules rules() throws ModelException {
    return switch (vocabulary.model()) {
      case BYTE_LEVEL -> ByteLevelRules.of(vocabulary);
      case SENTENCE_PIECE -> SentencePieceRules.of(vocabulary, this::normalId);
      default ->
          throw new ModelException(
              ModelException.Kind.UNSUPPORTED,
              "the file's tokenizer \"%s\" (tokenizer.ggml.model) is not supported; supported are: %s, %s"
                  .formatted(vocabulary.model(), BYTE_LEVEL, SENTENCE_PIECE));
    };
  }

  private int normalId(String piece) {
    int id = ids.getOrDefault(piece, -1);
    return id >= 0 && kinds.get(id) == TokenKind.NORMAL ? id : -1;
  }

  /** Writes the file as UTF-8. The stream stays open. */
  public void write(OutputStream target) throws IOException {
    try (JsonGenerator out = JSON.createGenerator(target)) {
      out.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      out.writeStartObject();
      out.writeStringField("version", "1.0");
      out.writeNullField("truncation");
      out.writeNullField("padding");
      writeAddedTokens(out);
      out.writeNullField("post_processor");
      write(out, "normalizer", rules.normalizer());
      write(out, "pre_tokenizer", rules.preTokenizer());
      write(out, "decoder", rules.decoder());
      writeModel(out);
      out.writeEndObject();
    }
  }

  private static void write(JsonGenerator out, String field, JsonNode value) throws IOException {
    out.writeFieldName(field);
    JSON.writeTree(out, value);
  }

  private void writeAddedTokens(JsonGenerator out) throws IOException {
    out.writeArrayFieldStart("added_tokens");
    for (int id = 0; id < kinds.size(); id++) {
      TokenKind kind = kinds.get(id);
      boolean isAdded = kind == TokenKind.CONTROL || kind == TokenKind.USER_DEFINED;
      if (isAdded && isFirst(id) && !vocabulary.tokens().get(id).isEmpty()) {
        JSON.writeTree(out, added(id, kind == TokenKind.CONTROL));
      }
    }
    out.writeEndArray();
  }

  /** Of several tokens with the same text the first has it. */
  private boolean isFirst(int id) {
    return ids.getOrDefault(vocabulary.tokens().get(id), -1) == id;
  }

  private ObjectNode added(int id, boolean special) {
    String piece = vocabulary.tokens().get(id);
    ObjectNode node = JSON.createObjectNode();
    node.put("id", id).put("content", piece).put("single_word", false);
    node.put("lstrip", false).put("rstrip", special && trimsAfter(id, piece));
    return node.put("normalized", false).put("special", special);
  }

  /** The text of a document begins where it begins: only what ends one or a turn trims. */
  private boolean trimsAfter(int id, String piece) {
    return vocabulary.trimsAfterSpecial()
        && vocabulary.bos().filter(bos -> bos == id).isEmpty()
        && vocabulary.unknown().filter(unknown -> unknown == id).isEmpty()
        && !piece.equals("<|endoftext|>");
  }

  private void writeModel(JsonGenerator out) throws IOException {
    out.writeObjectFieldStart("model");
    out.writeStringField("type", "BPE");
    out.writeNullField("dropout");
    out.writeNullField("continuing_subword_prefix");
    out.writeNullField("end_of_word_suffix");
    out.writeBooleanField("fuse_unk", rules.byteFallback());
    out.writeBooleanField("byte_fallback", rules.byteFallback());
    out.writeObjectFieldStart("vocab");
    for (int id = 0; id < kinds.size(); id++) {
      if (isFirst(id)) {
        out.writeNumberField(vocabulary.tokens().get(id), id);
      }
    }
    out.writeEndObject();
    out.writeBooleanField("ignore_merges", rules.ignoresMerges());
    out.writeStringField("unk_token", rules.unknown().orElse(null));
    out.writeArrayFieldStart("merges");
    rules.forEachMerge((left, right) -> writeMerge(out, left, right));
    out.writeEndArray();
    out.writeEndObject();
  }

  /** A merge whose parts or outcome are no tokens could never apply; the library refuses it. */
  private void writeMerge(JsonGenerator out, String left, String right) throws IOException {
    if (ids.containsKey(left) && ids.containsKey(right) && ids.containsKey(left + right)) {
      out.writeStartArray();
      out.writeString(left);
      out.writeString(right);
      out.writeEndArray();
    }
  }
}
