package dev.bantam.inference.tokenizer;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Joins pieces to whole characters. */
final class PieceTextStream implements TokenTextStream {

  /** The longest unfinished UTF-8 sequence. */
  private static final int MAX_PENDING = 3;

  private final TokenPieces pieces;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private byte[] pending = {};
  private boolean atStart = true;

  PieceTextStream(TokenPieces pieces) {
    this.pieces = pieces;
  }

  @Override
  public String push(int token) {
    byte[] piece = pieces.bytes(token);
    return piece.length == 0 ? "" : withoutFirstSpace(decode(piece, false));
  }

  @Override
  public String finish() {
    return withoutFirstSpace(decode(new byte[0], true));
  }

  private String withoutFirstSpace(String text) {
    if (text.isEmpty() || !atStart) {
      return text;
    }
    atStart = false;
    return pieces.stripsLeadingSpace() && text.charAt(0) == ' ' ? text.substring(1) : text;
  }

  private String decode(byte[] piece, boolean last) {
    ByteBuffer in = ByteBuffer.allocate(pending.length + piece.length);
    in.put(pending).put(piece).flip();
    CharBuffer out = CharBuffer.allocate(in.remaining() + MAX_PENDING);
    decoder.decode(in, out, last);
    if (last) {
      decoder.flush(out);
      decoder.reset();
    }
    pending = new byte[in.remaining()];
    in.get(pending);
    return out.flip().toString();
  }
}
