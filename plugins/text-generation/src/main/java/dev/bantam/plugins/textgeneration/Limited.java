package dev.bantam.plugins.textgeneration;

import dev.bantam.inference.generation.ContextOverflow;
import dev.bantam.inference.generation.GenerationParameters;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.RequestLimits;
import dev.bantam.spi.TaskException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How an answer is generated, as far as the device allows what was wanted.
 *
 * @param fields of the answer, which say what is less than it would have been: {@code max_tokens},
 *     {@code context_length}; empty if nothing is
 */
record Limited(GenerationParameters parameters, Map<String, Object> fields) {

  /**
   * @param prompt its tokens
   * @param context tokens that the slot's context holds
   * @throws TaskException with {@link ErrorCode#BUSY} for a prompt that would fit the slot's
   *     context, but not what is left of it for now
   */
  static Limited of(GenerationParameters wanted, int prompt, int context, RequestLimits limits)
      throws TaskException {
    GenerationParameters parameters = wanted;
    Map<String, Object> fields = new LinkedHashMap<>();
    int most = limits.maxTokens().orElse(Integer.MAX_VALUE);
    if (most < wanted.maxTokens()) {
      parameters = parameters.withMaxTokens(most);
      fields.put("max_tokens", most);
    }
    int left = limits.contextOf(context);
    if (left < context) {
      if (prompt > left
          && prompt <= context
          && wanted.overflow().kind() == ContextOverflow.Kind.REFUSE) {
        throw new TaskException(
            ErrorCode.BUSY,
            "the device spares itself and takes prompts of at most %d tokens for now, this one has %d; send less text, or try again later"
                .formatted(left, prompt),
            null,
            limits.retryAfter());
      }
      parameters = parameters.withMostContext(left);
      fields.put("context_length", left);
    }
    return new Limited(parameters, fields);
  }
}
