package dev.bantam.inference.tokenizer;

/** Turns one generation's tokens into text as they come. For one thread. */
public interface TokenTextStream {

  /**
   * Adds a token and returns the text that is now certain: whole characters only; empty while the
   * token's bytes are an unfinished UTF-8 sequence. Special tokens give no text.
   */
  String push(int token);

  /** Returns what is left; an unfinished UTF-8 sequence becomes U+FFFD. */
  String finish();
}
