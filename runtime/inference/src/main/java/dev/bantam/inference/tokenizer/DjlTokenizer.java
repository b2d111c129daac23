package dev.bantam.inference.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.bantam.inference.tokenizer.AddedTokens.AddedToken;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Hugging Face's native tokenizer, with special tokens found outside of it. */
final class DjlTokenizer implements Tokenizer {

  private final GuardedLibrary library;
  private final AddedTokens added;
  private final TokenPieces pieces;

  /** Whether the piece that a text begins with, and no other, gets a space in front. */
  private final boolean spaceInFront;

  DjlTokenizer(
      HuggingFaceTokenizer library, AddedTokens added, TokenPieces pieces, boolean spaceInFront) {
    this.library = new GuardedLibrary(library);
    this.added = added;
    this.pieces = pieces;
    this.spaceInFront = spaceInFront;
  }

  @Override
  public int[] encodeText(String text) {
    return encode(text, false);
  }

  @Override
  public int[] encodePrompt(String prompt) {
    return encode(prompt, true);
  }

  private int[] encode(String text, boolean isPrompt) {
    IntStream.Builder ids = IntStream.builder();
    StringBuilder plain = new StringBuilder();
    boolean special = isPrompt;
    boolean first = true;
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (isPrompt && (c == QUOTE_OPEN || c == QUOTE_CLOSE)) {
        special = c == QUOTE_CLOSE;
        at++;
        continue;
      }
      AddedToken token = special ? added.any(text, at) : added.userDefined(text, at);
      if (token == null) {
        plain.append(c);
        at++;
      } else {
        flush(plain, token, first, ids);
        first = false;
        at = end(text, at, token);
      }
    }
    flush(plain, null, first, ids);
    return ids.build().toArray();
  }

  /** Encodes the text before {@code next}, then {@code next} itself. */
  private void flush(
      StringBuilder plain, @Nullable AddedToken next, boolean first, IntStream.Builder ids) {
    int length = plain.length();
    while (next != null && next.lstrip() && length > 0 && isWhiteSpace(plain.charAt(length - 1))) {
      length--;
    }
    if (length > 0) {
      String text = wellFormed(plain.substring(0, length));
      String whole = first && spaceInFront ? withSpaceInFront(text) : text;
      for (long id : library.encode(whole).getIds()) {
        ids.add((int) id);
      }
    }
    plain.setLength(0);
    if (next != null) {
      ids.add(next.id());
    }
  }

  private static int end(String text, int start, AddedToken token) {
    int end = start + token.content().length();
    while (token.rstrip() && end < text.length() && isWhiteSpace(text.charAt(end))) {
      end++;
    }
    return end;
  }

  /** Unicode's White_Space, which is not what Java calls white space. */
  private static boolean isWhiteSpace(char c) {
    return (c >= '\t' && c <= '\r') || c == '\u0085' || Character.isSpaceChar(c);
  }

  private static String withSpaceInFront(String text) {
    char start = text.charAt(0);
    return start == ' ' || start == TokenPieces.SPACE_MARK ? text : ' ' + text;
  }

  /** Half a surrogate pair has no UTF-8; the native library must not see it. */
  static String wellFormed(String text) {
    StringBuilder fixed = new StringBuilder(text.length());
    text.codePoints()
        .map(point -> point >= 0xD800 && point <= 0xDFFF ? 0xFFFD : point)
        .forEach(fixed::appendCodePoint);
    return fixed.toString();
  }

  @Override
  public String quote(String text) {
    String clean = withoutMarks(text);
    StringBuilder quoted = new StringBuilder(clean.length());
    int at = 0;
    while (at < clean.length()) {
      AddedToken token = added.special(clean, at);
      if (token == null) {
        quoted.append(clean.charAt(at++));
      } else {
        quoted.append(QUOTE_OPEN).append(token.content()).append(QUOTE_CLOSE);
        at += token.content().length();
      }
    }
    return quoted.toString();
  }

  private static String withoutMarks(String text) {
    return text.replace(String.valueOf(QUOTE_OPEN), "").replace(String.valueOf(QUOTE_CLOSE), "");
  }

  @Override
  public String decode(int[] tokens) {
    TokenTextStream stream = newTextStream();
    StringBuilder text = new StringBuilder();
    Arrays.stream(tokens).forEach(token -> text.append(stream.push(token)));
    return text.append(stream.finish()).toString();
  }

  @Override
  public byte[] bytes(int token) {
    return pieces.bytes(token);
  }

  @Override
  public String name(int token) {
    return added
        .name(token)
        .orElseGet(() -> new String(pieces.bytes(token), StandardCharsets.UTF_8));
  }

  @Override
  public TokenTextStream newTextStream() {
    return new PieceTextStream(pieces);
  }

  @Override
  public int vocabSize() {
    return pieces.size();
  }

  @Override
  public void close() {
    library.close();
  }
}
