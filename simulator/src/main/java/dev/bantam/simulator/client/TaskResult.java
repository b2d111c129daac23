package dev.bantam.simulator.client;

import java.util.Map;
import java.util.OptionalDouble;

/** How a request ended, as its client sees it. */
public sealed interface TaskResult {

  /**
   * Reads a last message.
   *
   * @param fields of its JSON
   * @param firstTokenMs from the request to the first piece of text
   * @param totalMs from the request to this message
   */
  static TaskResult of(Map<String, Object> fields, double firstTokenMs, double totalMs) {
    if (fields.get("error") instanceof Map<?, ?> error) {
      return new Refused(
          String.valueOf(error.get("code")), String.valueOf(error.get("message")), fields);
    }
    return new Answered(
        fields.get("text") instanceof String text ? text : "", fields, firstTokenMs, totalMs);
  }

  /**
   * The device answered.
   *
   * @param text the whole answer
   * @param fields all fields of the answer's JSON
   * @param firstTokenMs from the request's PUBLISH to the first piece of text
   * @param totalMs from the request's PUBLISH to the whole answer
   */
  record Answered(String text, Map<String, Object> fields, double firstTokenMs, double totalMs)
      implements TaskResult {

    /** Tokens of the answer by the time the device spent on them, where it says both. */
    public OptionalDouble tokensPerSecond() {
      OptionalDouble tokens = number("usage", "completion_tokens");
      OptionalDouble ms = number("timings", "decode_ms");
      return tokens.isPresent() && ms.isPresent() && ms.getAsDouble() > 0
          ? OptionalDouble.of(tokens.getAsDouble() * 1000 / ms.getAsDouble())
          : OptionalDouble.empty();
    }

    /** Tokens of the answer, where the device says so. */
    public OptionalDouble tokens() {
      return number("usage", "completion_tokens");
    }

    private OptionalDouble number(String group, String name) {
      return fields.get(group) instanceof Map<?, ?> map && map.get(name) instanceof Number number
          ? OptionalDouble.of(number.doubleValue())
          : OptionalDouble.empty();
    }
  }

  /**
   * The device refused or failed.
   *
   * @param code e.g. {@code unknown_task}
   * @param message what is wrong and what to do
   * @param fields all fields of the answer's JSON
   */
  record Refused(String code, String message, Map<String, Object> fields) implements TaskResult {}
}
