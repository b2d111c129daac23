package dev.bantam.inference.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that each token stands for. Tokens need not end where characters do: a byte-level token
 * may hold half an emoji. Immutable.
 */
final class TokenPieces {

  static final char SPACE_MARK = '\u2581';
  private static final int MAX_ID = 1 << 24;
  private static final byte[] NOTHING = {};

  private final byte[][] bytes;
  private final boolean stripsLeadingSpace;

  private TokenPieces(byte[][] bytes, boolean stripsLeadingSpace) {
    this.bytes = bytes;
    this.stripsLeadingSpace = stripsLeadingSpace;
  }

  /**
   * Reads vocabulary and decoder of a {@code tokenizer.json}.
   *
   * @throws IllegalArgumentException if it is no BPE tokenizer of a kind that is known
   */
  static TokenPieces of(JsonNode file, AddedTokens added) {
    JsonNode model = file.path("model");
    if (!model.path("vocab").isObject() || !model.path("merges").isArray()) {
      throw new IllegalArgumentException("it is no BPE tokenizer with a vocabulary and merges");
    }
    String decoder = file.path("decoder").toString();
    boolean byteLevel = decoder.contains("\"ByteLevel\"");
    if (!byteLevel && decoder.indexOf(SPACE_MARK) < 0) {
      throw new IllegalArgumentException(
          "its decoder is neither byte-level nor SentencePiece's (\"ByteLevel\" or \"Replace\")");
    }
    byte[][] bytes = new byte[size(model.path("vocab"), added)][];
    for (Iterator<Map.Entry<String, JsonNode>> it = model.path("vocab").fields(); it.hasNext(); ) {
      Map.Entry<String, JsonNode> entry = it.next();
      String piece = entry.getKey();
      bytes[entry.getValue().asInt()] =
          byteLevel ? ByteLevel.bytes(piece) : sentencePieceBytes(piece);
    }
    for (AddedTokens.AddedToken token : added.tokens()) {
      bytes[token.id()] =
          token.special() ? NOTHING : token.content().getBytes(StandardCharsets.UTF_8);
    }
    return new TokenPieces(bytes, stripsLeadingSpace(file.path("decoder")));
  }

  private static boolean stripsLeadingSpace(JsonNode decoder) {
    if (decoder.path("type").asText().equals("Metaspace")) {
      return !decoder.path("prepend_scheme").asText().equals("never")
          && decoder.path("add_prefix_space").asBoolean(true);
    }
    return decoder.toString().contains("\"Strip\"");
  }

  private static int size(JsonNode vocab, AddedTokens added) {
    int max = -1;
    for (JsonNode id : vocab) {
      max = Math.max(max, checkId(id.asInt(-1)));
    }
    for (AddedTokens.AddedToken token : added.tokens()) {
      max = Math.max(max, checkId(token.id()));
    }
    return max + 1;
  }

  private static int checkId(int id) {
    if (id < 0 || id > MAX_ID) {
      throw new IllegalArgumentException("a token has the id " + id);
    }
    return id;
  }

  private static byte[] sentencePieceBytes(String piece) {
    if (piece.length() == 6 && piece.startsWith("<0x") && piece.endsWith(">")) {
      try {
        return new byte[] {(byte) Integer.parseInt(piece.substring(3, 5), 16)};
      } catch (NumberFormatException notAByte) {
        return piece.getBytes(StandardCharsets.UTF_8);
      }
    }
    return piece.replace(SPACE_MARK, ' ').getBytes(StandardCharsets.UTF_8);
  }

  /** The token's bytes; none for a special token and for an id that is not in the vocabulary. */
  byte[] bytes(int id) {
    byte @Nullable [] piece = id >= 0 && id < bytes.length ? bytes[id] : null;
    return piece == null ? NOTHING : piece;
  }

  /** Whether the first space of a decoded text is not part of it. */
  boolean stripsLeadingSpace() {
    return stripsLeadingSpace;
  }

  int size() {
    return bytes.length;
  }
}
