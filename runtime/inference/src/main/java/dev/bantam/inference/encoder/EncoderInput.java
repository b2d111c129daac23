package dev.bantam.inference.encoder;

import dev.bantam.inference.tokenizer.TextTokenizer;
import dev.bantam.inference.tokenizer.TokenFrame;
import dev.bantam.inference.tokenizer.TokenizedText;
import dev.bantam.spi.TaskException;
import java.util.Arrays;

/**
 * What an encoder is given of one text, or of one pair of texts: {@code [tokens]}, special tokens
 * included, at least one. Immutable by agreement: nobody writes to the arrays.
 *
 * @param ids token ids
 * @param types the type of each
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody; lists would box every token
public record EncoderInput(int[] ids, int[] types) {

  public EncoderInput {
    if (ids.length == 0 || ids.length != types.length) {
      throw new IllegalArgumentException(
          "%d tokens and %d types".formatted(ids.length, types.length));
    }
  }

  /** Number of tokens. */
  public int size() {
    return ids.length;
  }

  /** A text in its frame. */
  public static EncoderInput of(TextTokenizer tokenizer, TokenizedText text) {
    return of(tokenizer, text, 0, text.size());
  }

  /** The tokens from {@code from} to before {@code to} of a text, in their frame. */
  public static EncoderInput of(TextTokenizer tokenizer, TokenizedText text, int from, int to) {
    TokenFrame frame = tokenizer.frame();
    return new EncoderInput(
        frame.ids(Arrays.copyOfRange(text.ids(), from, to)), frame.types(to - from));
  }

  /** A text and a part of a second one, in their frame. */
  public static EncoderInput ofPair(
      TextTokenizer tokenizer, TokenizedText first, TokenizedText second, int from, int to)
      throws TaskException {
    TokenFrame frame = tokenizer.pairFrame();
    return new EncoderInput(
        frame.ids(first.ids(), Arrays.copyOfRange(second.ids(), from, to)),
        frame.types(first.size(), to - from));
  }
}
