package dev.bantam.plugins.textgeneration;

import dev.bantam.inference.tokenizer.TokenTextStream;
import dev.bantam.inference.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;

/**
 * One token a character; {@code <|x|>} is not special, quote marks vanish. Where it is told,
 * Dolly's end key is one token. Counts its closing.
 */
final class FakeTokenizer implements Tokenizer {

  int closed;
  boolean isDollys;

  @Override
  public int[] encodeText(String text) {
    return text.chars().toArray();
  }

  @Override
  public int[] encodePrompt(String prompt) {
    return isDollys && prompt.equals("### End") ? new int[] {1} : prompt.chars().toArray();
  }

  @Override
  public String quote(String text) {
    return "«" + text + "»";
  }

  @Override
  public String decode(int[] tokens) {
    return new String(tokens, 0, tokens.length);
  }

  @Override
  public byte[] bytes(int token) {
    return name(token).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String name(int token) {
    return Character.toString(token);
  }

  @Override
  public TokenTextStream newTextStream() {
    return new TokenTextStream() {
      @Override
      public String push(int token) {
        return Character.toString(token);
      }

      @Override
      public String finish() {
        return "";
      }
    };
  }

  @Override
  public int vocabSize() {
    return 0x10000;
  }

  @Override
  public void close() {
    closed++;
  }
}
