package dev.bantam.spi;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The whole answer to one request.
 *
 * @param text what a plain-text client receives, and the JSON answer's {@code text}; where it is
 *     empty and the task does not answer by it ({@link #answersByText}), the JSON answer has none
 * @param finishReason why a generation ended; empty for tasks that generate nothing
 * @param usage tokens in and out
 * @param timings how long the plugin's own phases took
 * @param fields further fields of the JSON answer (a label, an embedding), as plain Java values and
 *     arrays of numbers
 */
public record TaskResult(
    String text,
    Optional<FinishReason> finishReason,
    Optional<Usage> usage,
    Optional<Timings> timings,
    Map<String, @Nullable Object> fields) {

  public TaskResult {
    fields = new LinkedHashMap<>(fields);
  }

  /** Whether the text is the answer, which fields may go with; otherwise the fields are. */
  public boolean answersByText() {
    return finishReason.isPresent() || fields.isEmpty();
  }

  /** An answer that is nothing but text. */
  public static TaskResult ofText(String text) {
    return new TaskResult(text, Optional.empty(), Optional.empty(), Optional.empty(), Map.of());
  }

  /** An answer that a generation loop made. */
  public static TaskResult generated(
      String text, FinishReason reason, Usage usage, Timings timings) {
    return new TaskResult(
        text, Optional.of(reason), Optional.of(usage), Optional.of(timings), Map.of());
  }

  /**
   * Tokens of one request.
   *
   * @param promptTokens tokens of the prompt, the template's included
   * @param completionTokens tokens generated, the end-of-turn token not counted
   * @param reusedTokens those of the prompt that an earlier request had computed already
   * @param draftedTokens tokens that were looked up and checked before they were picked
   * @param acceptedTokens those of the drafted ones that were picked
   */
  public record Usage(
      int promptTokens,
      int completionTokens,
      int reusedTokens,
      int draftedTokens,
      int acceptedTokens) {

    /** Of a request for which nothing was reused and nothing drafted. */
    public Usage(int promptTokens, int completionTokens) {
      this(promptTokens, completionTokens, 0, 0, 0);
    }

    public int totalTokens() {
      return promptTokens + completionTokens;
    }
  }

  /**
   * Durations in milliseconds, from the monotonic clock.
   *
   * @param prefillMs from the handler's start to the prompt's last logits
   * @param decodeMs from the first generated token to the last
   * @param ttftMs from the handler's start to the first piece of text
   */
  public record Timings(double prefillMs, double decodeMs, double ttftMs) {}

  /** Why a generation ended, with OpenAI's words. */
  public enum FinishReason {
    /** The model ended its turn, or a stop string was met. */
    STOP,
    /** The token limit or the context's end was reached. */
    LENGTH;

    /** The word on the wire. */
    public String wireName() {
      return this == STOP ? "stop" : "length";
    }
  }
}
