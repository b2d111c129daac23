package dev.bantam.inference.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that each token stands for. Tokens need not end where characters do: a byte-level token
 * may hold half an emoji. Immutable.
 */
final class TokenPieces {

  static final char SPACE_MARK = '\u2581';
  private static final int MAX_ID = 1 << 24;
  private static final byte[] NOTHING = {};

  /** The bytes of all tokens, in the order of their ids. */
  private final byte[] bytes;

  /** Where each token's end. */
  private final int[] ends;

  private final boolean stripsLeadingSpace;

  private TokenPieces(byte[] bytes, int[] ends, boolean stripsLeadingSpace) {
    this.bytes = bytes;
    this.ends = ends;
    this.stripsLeadingSpace = stripsLeadingSpace;
  }

  /** Takes a vocabulary token by token. */
  static final class Builder {

    private static final int FIRST_CAPACITY = 1 << 15;

    private final boolean byteLevel;
    private final boolean stripsLeadingSpace;
    private byte[][] bytes = new byte[FIRST_CAPACITY][];
    private int size;

    /**
     * @param decoder of a {@code tokenizer.json}
     * @throws IllegalArgumentException if it is of no kind that is known
     */
    Builder(JsonNode decoder) {
      String text = decoder.toString();
      this.byteLevel = text.contains("\"ByteLevel\"");
      this.stripsLeadingSpace = stripsLeadingSpace(decoder);
      if (!byteLevel && text.indexOf(SPACE_MARK) < 0) {
        throw new IllegalArgumentException(
            "its decoder is neither byte-level nor SentencePiece's (\"ByteLevel\" or \"Replace\")");
      }
    }

    /**
     * @throws IllegalArgumentException if the id cannot be one
     */
    void put(String piece, int id) {
      set(id, byteLevel ? ByteLevel.bytes(piece) : sentencePieceBytes(piece));
    }

    private void set(int id, byte[] piece) {
      if (id < 0 || id > MAX_ID) {
        throw new IllegalArgumentException("a token has the id " + id);
      }
      if (id >= bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(id + 1, bytes.length * 2));
      }
      bytes[id] = piece;
      size = Math.max(size, id + 1);
    }

    TokenPieces build(AddedTokens added) {
      for (AddedTokens.AddedToken token : added.tokens()) {
        set(
            token.id(),
            token.special() ? NOTHING : token.content().getBytes(StandardCharsets.UTF_8));
      }
      return joined();
    }

    private TokenPieces joined() {
      int[] ends = new int[size];
      ByteArrayOutputStream all = new ByteArrayOutputStream(8 * size);
      for (int id = 0; id < size; id++) {
        byte @Nullable [] piece = bytes[id];
        if (piece != null) {
          all.writeBytes(piece);
        }
        ends[id] = all.size();
      }
      return new TokenPieces(all.toByteArray(), ends, stripsLeadingSpace);
    }
  }

  private static boolean stripsLeadingSpace(JsonNode decoder) {
    if (decoder.path("type").asText().equals("Metaspace")) {
      return !decoder.path("prepend_scheme").asText().equals("never")
          && decoder.path("add_prefix_space").asBoolean(true);
    }
    return decoder.toString().contains("\"Strip\"");
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
    return id >= 0 && id < ends.length
        ? Arrays.copyOfRange(bytes, id == 0 ? 0 : ends[id - 1], ends[id])
        : NOTHING;
  }

  /** Whether the first space of a decoded text is not part of it. */
  boolean stripsLeadingSpace() {
    return stripsLeadingSpace;
  }

  int size() {
    return ends.length;
  }

  void write(DataOutputStream out) throws IOException {
    out.writeBoolean(stripsLeadingSpace);
    out.writeInt(ends.length);
    ByteBuffer places = ByteBuffer.allocate(ends.length * Integer.BYTES);
    places.asIntBuffer().put(ends);
    out.write(places.array());
    out.write(bytes);
  }

  /**
   * What was written.
   *
   * @throws IOException also if it cannot have been
   */
  static TokenPieces read(DataInputStream in) throws IOException {
    boolean strips = in.readBoolean();
    int count = in.readInt();
    if (count < 1 || count > MAX_ID + 1) {
      throw new IOException("it has %d tokens".formatted(count));
    }
    int[] ends = new int[count];
    ByteBuffer.wrap(in.readNBytes(ends.length * Integer.BYTES)).asIntBuffer().get(ends);
    return new TokenPieces(in.readNBytes(ends[ends.length - 1]), ends, strips);
  }
}
