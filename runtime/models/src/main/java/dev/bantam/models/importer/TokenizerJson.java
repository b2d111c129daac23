package dev.bantam.models.importer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bantam.models.ModelException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a GGUF's vocabulary as a Hugging Face {@code tokenizer.json}, the format of the {@code
 * tokenizers} library. Ids stay what they are. Text is cut as llama.cpp cuts it: no Unicode
 * normalization, and with SentencePiece a space in front of each piece of text that follows a
 * special token.
 */
public final class TokenizerJson {

  /** Byte-level BPE with merges, {@code tokenizer.ggml.model}. */
  static final String BYTE_LEVEL = "gpt2";

  /** SentencePiece with scores, {@code tokenizer.ggml.model}. */
  static final String SENTENCE_PIECE = "llama";

  private static final String SPACE_MARK = "\u2581";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final GgufVocabulary vocabulary;
  private final Map<String, Integer> ids = new LinkedHashMap<>();
  private final List<TokenKind> kinds = new ArrayList<>();

  private TokenizerJson(GgufVocabulary vocabulary) {
    this.vocabulary = vocabulary;
    for (int id = 0; id < vocabulary.tokens().size(); id++) {
      ids.putIfAbsent(vocabulary.tokens().get(id), id);
      kinds.add(TokenKind.of(vocabulary, id));
    }
  }

  /**
   * Builds the file.
   *
   * @return UTF-8 JSON
   * @throws ModelException {@code UNSUPPORTED} if the vocabulary's kind or its pre-tokenizer is not
   *     known, {@code MALFORMED} if its lists do not fit together
   */
  public static byte[] of(GgufVocabulary vocabulary) throws ModelException {
    check(vocabulary);
    TokenizerJson builder = new TokenizerJson(vocabulary);
    ObjectNode root =
        switch (vocabulary.model()) {
          case BYTE_LEVEL -> builder.byteLevel();
          case SENTENCE_PIECE -> builder.sentencePiece();
          default ->
              throw new ModelException(
                  ModelException.Kind.UNSUPPORTED,
                  "the file's tokenizer \"%s\" (tokenizer.ggml.model) is not supported; supported are: %s, %s"
                      .formatted(vocabulary.model(), BYTE_LEVEL, SENTENCE_PIECE));
        };
    try {
      return JSON.writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new ModelException(
          ModelException.Kind.MALFORMED, "the vocabulary cannot be written as JSON", e);
    }
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

  private ObjectNode byteLevel() throws ModelException {
    PreTokenizer rule = PreTokenizer.ofLabel(vocabulary.pre());
    ObjectNode root = frame();
    root.putNull("normalizer");
    ObjectNode pre = root.putObject("pre_tokenizer").put("type", "Sequence");
    ArrayNode steps = pre.putArray("pretokenizers");
    for (String pattern : rule.patterns()) {
      ObjectNode split = steps.addObject().put("type", "Split");
      split.putObject("pattern").put("Regex", pattern);
      split.put("behavior", "Isolated").put("invert", false);
    }
    putByteLevel(steps.addObject());
    putByteLevel(root.putObject("decoder"));
    ObjectNode model = model(root, false).put("ignore_merges", rule.ignoresMerges());
    model.putNull("unk_token");
    ArrayNode merges = model.putArray("merges");
    for (String merge : vocabulary.merges()) {
      int space = merge.indexOf(' ', 1);
      if (space < 0) {
        throw malformed("the merge \"%s\" is not two pieces with a space between".formatted(merge));
      }
      putMerge(merges, merge.substring(0, space), merge.substring(space + 1));
    }
    return root;
  }

  private static void putByteLevel(ObjectNode node) {
    node.put("type", "ByteLevel");
    node.put("add_prefix_space", false).put("trim_offsets", false).put("use_regex", false);
  }

  private ObjectNode sentencePiece() throws ModelException {
    ObjectNode root = frame();
    ObjectNode normalizer = root.putObject("normalizer").put("type", "Sequence");
    ArrayNode steps = normalizer.putArray("normalizers");
    if (vocabulary.addSpacePrefix()) {
      steps.addObject().put("type", "Prepend").put("prepend", SPACE_MARK);
    }
    putReplace(steps.addObject(), " ", SPACE_MARK);
    root.putNull("pre_tokenizer");
    putSentencePieceDecoder(root);
    ObjectNode model = model(root, true).put("ignore_merges", false);
    vocabulary
        .unknown()
        .filter(id -> id >= 0 && id < vocabulary.tokens().size())
        .ifPresentOrElse(
            id -> model.put("unk_token", vocabulary.tokens().get(id)),
            () -> model.putNull("unk_token"));
    ArrayNode merges = model.putArray("merges");
    List<Boolean> mergeable = kinds.stream().map(kind -> kind == TokenKind.NORMAL).toList();
    for (SentencePieceMerges.Merge merge :
        SentencePieceMerges.of(Collections.unmodifiableMap(ids), vocabulary.scores(), mergeable)) {
      putMerge(merges, merge.left(), merge.right());
    }
    return root;
  }

  private void putSentencePieceDecoder(ObjectNode root) {
    ObjectNode decoder = root.putObject("decoder").put("type", "Sequence");
    ArrayNode steps = decoder.putArray("decoders");
    putReplace(steps.addObject(), SPACE_MARK, " ");
    steps.addObject().put("type", "ByteFallback");
    steps.addObject().put("type", "Fuse");
    if (vocabulary.addSpacePrefix()) {
      steps.addObject().put("type", "Strip").put("content", " ").put("start", 1).put("stop", 0);
    }
  }

  private static void putReplace(ObjectNode node, String from, String to) {
    node.put("type", "Replace");
    node.putObject("pattern").put("String", from);
    node.put("content", to);
  }

  private ObjectNode frame() {
    ObjectNode root = JSON.createObjectNode().put("version", "1.0");
    root.putNull("truncation").putNull("padding");
    ArrayNode added = root.putArray("added_tokens");
    ids.forEach(
        (piece, id) -> {
          TokenKind kind = kinds.get(id);
          if (!piece.isEmpty() && (kind == TokenKind.CONTROL || kind == TokenKind.USER_DEFINED)) {
            putAdded(added.addObject(), id, piece, kind == TokenKind.CONTROL);
          }
        });
    root.putNull("post_processor");
    return root;
  }

  private void putAdded(ObjectNode node, int id, String piece, boolean special) {
    node.put("id", id).put("content", piece).put("single_word", false);
    node.put("lstrip", false).put("rstrip", special && trimsAfter(id, piece));
    node.put("normalized", false).put("special", special);
  }

  /** The text of a document begins where it begins: only what ends one or a turn trims. */
  private boolean trimsAfter(int id, String piece) {
    return vocabulary.trimsAfterSpecial()
        && vocabulary.bos().filter(bos -> bos == id).isEmpty()
        && vocabulary.unknown().filter(unknown -> unknown == id).isEmpty()
        && !piece.equals("<|endoftext|>");
  }

  private ObjectNode model(ObjectNode root, boolean byteFallback) {
    ObjectNode model = root.putObject("model").put("type", "BPE");
    model.putNull("dropout").putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
    model.put("fuse_unk", byteFallback).put("byte_fallback", byteFallback);
    ObjectNode vocab = model.putObject("vocab");
    ids.forEach(vocab::put);
    return model;
  }

  /** A merge whose parts or outcome are no tokens could never apply; the library refuses it. */
  private void putMerge(ArrayNode merges, String left, String right) {
    if (ids.containsKey(left) && ids.containsKey(right) && ids.containsKey(left + right)) {
      merges.addArray().add(left).add(right);
    }
  }
}
