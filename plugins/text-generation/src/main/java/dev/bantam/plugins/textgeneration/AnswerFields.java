package dev.bantam.plugins.textgeneration;

import dev.bantam.inference.generation.ContextUse;
import dev.bantam.inference.generation.GenerationResult;
import dev.bantam.inference.generation.TokenLogprob;
import dev.bantam.inference.tokenizer.Tokenizer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields of a JSON answer that only some requests get. */
final class AnswerFields {

  /** What OpenAI writes for a probability of about none; JSON has no infinity. */
  private static final double LEAST = -9999;

  private AnswerFields() {}

  /**
   * {@code context} where something did not fit it; {@code limited_to} where the device allows less
   * than was wanted; {@code logprobs}, by OpenAI's names, where they were asked for.
   */
  static Map<String, @Nullable Object> of(
      GenerationResult result, Limited limited, Tokenizer tokenizer) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    ContextUse context = result.context();
    if (!context.equals(ContextUse.WHOLE)) {
      Map<String, Object> lost = new LinkedHashMap<>();
      lost.put("left_out_tokens", context.leftOut());
      lost.put("slides", context.slides());
      lost.put("dropped_tokens", context.dropped());
      fields.put("context", lost);
    }
    if (!limited.fields().isEmpty()) {
      fields.put("limited_to", limited.fields());
    }
    if (limited.parameters().topLogprobs().isPresent()) {
      fields.put(
          "logprobs",
          Map.of(
              "content",
              result.logprobs().stream().map(picked -> picked(picked, tokenizer)).toList()));
    }
    return fields;
  }

  private static Map<String, @Nullable Object> picked(TokenLogprob picked, Tokenizer tokenizer) {
    Map<String, @Nullable Object> json = token(picked, tokenizer);
    json.put("top_logprobs", picked.top().stream().map(each -> token(each, tokenizer)).toList());
    return json;
  }

  private static Map<String, @Nullable Object> token(TokenLogprob token, Tokenizer tokenizer) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("token", tokenizer.name(token.token()));
    json.put("logprob", Math.max(LEAST, token.logprob()));
    json.put("bytes", bytes(tokenizer.bytes(token.token())));
    return json;
  }

  /** As numbers from 0 to 255; null for what is no text. */
  private static @Nullable List<Integer> bytes(byte[] bytes) {
    if (bytes.length == 0) {
      return null;
    }
    Integer[] numbers = new Integer[bytes.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Byte.toUnsignedInt(bytes[i]);
    }
    return List.of(numbers);
  }
}
