package dev.bantam.inference.generation;

import dev.bantam.inference.session.TinyDecoder;
import dev.bantam.inference.tokenizer.TokenTextStream;
import dev.bantam.inference.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Each token is its id in brackets: token 7 is {@code [7]}. */
final class FakeTokenizer implements Tokenizer {

  @Override
  public int[] encodeText(String text) {
    return text.chars().map(c -> c % TinyDecoder.VOCAB).toArray();
  }

  @Override
  public int[] encodePrompt(String prompt) {
    return encodeText(prompt);
  }

  @Override
  public String quote(String text) {
    return text;
  }

  @Override
  public String decode(int[] tokens) {
    return Arrays.stream(tokens).mapToObj(FakeTokenizer::piece).collect(Collectors.joining());
  }

  static String piece(int token) {
    return "[" + token + "]";
  }

  @Override
  public byte[] bytes(int token) {
    return name(token).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String name(int token) {
    return piece(token);
  }

  /** Gives out each token's text with the next one, as an unfinished character would. */
  @Override
  public TokenTextStream newTextStream() {
    return new TokenTextStream() {
      private String late = "";

      @Override
      public String push(int token) {
        String now = late;
        late = piece(token);
        return now;
      }

      @Override
      public String finish() {
        String now = late;
        late = "";
        return now;
      }
    };
  }

  @Override
  public int vocabSize() {
    return TinyDecoder.VOCAB;
  }

  @Override
  public void close() {}
}
