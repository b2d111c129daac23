package dev.bantam.inference.tokenizer;

/**
 * A text's tokens, without special tokens around them. Immutable by agreement: nobody writes to the
 * arrays, which are of one length.
 *
 * @param ids the tokens
 * @param starts where each begins in the text, in Unicode code points
 * @param ends behind the last code point of each
 * @param words the number of the word that each is a piece of, as the tokenizer cuts words; -1 for
 *     none
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody; lists would box every token
public record TokenizedText(int[] ids, int[] starts, int[] ends, int[] words) {

  /** Number of tokens. */
  public int size() {
    return ids.length;
  }
}
