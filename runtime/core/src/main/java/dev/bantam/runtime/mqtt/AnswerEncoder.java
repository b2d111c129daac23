package dev.bantam.runtime.mqtt;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.runtime.dispatch.Answer;
import dev.bantam.spi.TaskException;
import dev.bantam.spi.TaskResult;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Writes the JSON of answers, chunks, errors and the status. */
final class AnswerEncoder {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double MICROS = 1_000;

  private AnswerEncoder() {}

  /**
   * {@code {"id","text","finish_reason","usage","model","slot","timings"}} and the result's own
   * fields. A result that is its fields alone has no text.
   */
  static Buffer answer(Object id, Answer answer) {
    TaskResult result = answer.result();
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("id", id);
    if (!result.text().isEmpty() || result.answersByText()) {
      json.put("text", result.text());
    }
    result.finishReason().ifPresent(reason -> json.put("finish_reason", reason.wireName()));
    result.usage().ifPresent(usage -> json.put("usage", usage(usage)));
    json.put("model", answer.model().toString());
    json.put("slot", answer.slot());
    json.put("timings", timings(answer));
    result.fields().forEach(json::putIfAbsent);
    return write(json);
  }

  /** By OpenAI's names; what was reused or drafted stands there only if something was. */
  private static Map<String, Object> usage(TaskResult.Usage usage) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("prompt_tokens", usage.promptTokens());
    json.put("completion_tokens", usage.completionTokens());
    json.put("total_tokens", usage.totalTokens());
    if (usage.reusedTokens() > 0) {
      json.put("prompt_tokens_details", Map.of("cached_tokens", usage.reusedTokens()));
    }
    if (usage.draftedTokens() > 0) {
      Map<String, Integer> details = new LinkedHashMap<>();
      details.put("accepted_prediction_tokens", usage.acceptedTokens());
      details.put("rejected_prediction_tokens", usage.draftedTokens() - usage.acceptedTokens());
      json.put("completion_tokens_details", details);
    }
    return json;
  }

  private static Map<String, Double> timings(Answer answer) {
    Map<String, Double> json = new LinkedHashMap<>();
    json.put("queue_ms", rounded(answer.queueMs()));
    answer
        .result()
        .timings()
        .ifPresent(
            timings -> {
              json.put("prefill_ms", rounded(timings.prefillMs()));
              json.put("decode_ms", rounded(timings.decodeMs()));
              json.put("ttft_ms", rounded(timings.ttftMs()));
              interToken(answer.result()).ifPresent(ms -> json.put("inter_token_ms", rounded(ms)));
            });
    return json;
  }

  /** The time from one generated token to the next, on average; empty of fewer than two. */
  private static OptionalDouble interToken(TaskResult result) {
    int steps = result.usage().map(usage -> usage.completionTokens() - 1).orElse(0);
    return steps < 1 || result.timings().isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(result.timings().get().decodeMs() / steps);
  }

  private static double rounded(double ms) {
    return Math.round(ms * MICROS) / MICROS;
  }

  /**
   * A streamed piece: {@code {"id","index","delta"}}; behind a bridge the index stands only here.
   */
  static Buffer chunk(Object id, int index, String delta) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("id", id);
    json.put("index", index);
    json.put("delta", delta);
    return write(json);
  }

  /** {@code {"id","error":{"code","message","retry_after_ms"}}}; id and retry where known. */
  static Buffer error(Optional<Object> id, TaskException error) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("code", error.code().wireName());
    details.put("message", error.text());
    error.retryAfter().ifPresent(retry -> details.put("retry_after_ms", retry.toMillis()));
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    id.ifPresent(value -> json.put("id", value));
    json.put("error", details);
    return write(json);
  }

  static Buffer write(Map<String, ? extends @Nullable Object> json) {
    try {
      return Buffer.buffer(JSON.writeValueAsBytes(json));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not to be written as JSON: " + json.keySet(), e);
    }
  }
}
