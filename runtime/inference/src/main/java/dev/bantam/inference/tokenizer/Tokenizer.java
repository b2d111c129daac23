package dev.bantam.inference.tokenizer;

/** Text to token ids and back. Safe for use by many threads. */
public interface Tokenizer extends AutoCloseable {

  /**
   * Encodes text that a client wrote: what looks like a special token stays text. Adds no
   * begin-of-text token.
   */
  int[] encodeText(String text);

  /**
   * Encodes a prompt that a chat template made: special tokens in it are special, except between
   * {@link #QUOTE_OPEN} and {@link #QUOTE_CLOSE}, where text stays text; the two marks themselves
   * vanish. Adds no begin-of-text token.
   */
  int[] encodePrompt(String prompt);

  /**
   * Guards a client's text for {@link #encodePrompt}: each look-alike of a special token in it is
   * put between {@link #QUOTE_OPEN} and {@link #QUOTE_CLOSE}; those two characters themselves are
   * dropped from {@code text}.
   */
  String quote(String text);

  /** Opens a quoted part. A private-use character that no text should hold. */
  char QUOTE_OPEN = '\uE0B1';

  /** Closes a quoted part. */
  char QUOTE_CLOSE = '\uE0B2';

  /** Decodes tokens; special tokens give no text. Malformed UTF-8 becomes U+FFFD. */
  String decode(int[] tokens);

  /** The bytes that a token stands for, not always whole characters; none for a special token. */
  byte[] bytes(int token);

  /** A token as people are shown it: its text, malformed UTF-8 as U+FFFD; a special one's name. */
  String name(int token);

  /** A new stream decoder for one generation. */
  TokenTextStream newTextStream();

  /** Number of ids. */
  int vocabSize();

  @Override
  void close();
}
