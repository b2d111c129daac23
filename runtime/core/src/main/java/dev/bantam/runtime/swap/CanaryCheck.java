package dev.bantam.runtime.swap;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.bantam.documents.JsonSchema;
import dev.bantam.documents.UntrustedJson;
import dev.bantam.models.Expectation;
import dev.bantam.spi.TaskResult;
import java.util.List;

/** Whether a canary was answered as its author says. Pure. */
final class CanaryCheck {

  private static final int SHOWN = 200;

  private CanaryCheck() {}

  /** What is wrong with an answer; empty if it is as it must be. */
  static List<String> problems(Expectation expected, TaskResult answer) {
    if (expected instanceof Expectation.Text whole) {
      return unless(
          answer.text().equals(whole.text()), "expected \"%s\"".formatted(whole.text()), answer);
    }
    if (expected instanceof Expectation.Contains part) {
      return unless(
          answer.text().contains(part.contains()),
          "expected something with \"%s\"".formatted(part.contains()),
          answer);
    }
    if (expected instanceof Expectation.Label label) {
      return unless(
          label.label().equals(answer.fields().get("label")),
          "expected the label \"%s\"".formatted(label.label()),
          answer);
    }
    if (expected instanceof Expectation.JsonSchema schema) {
      return json(schema, answer);
    }
    boolean empty = answer.text().isBlank() && answer.fields().isEmpty();
    return empty ? List.of("the answer is empty") : List.of();
  }

  private static List<String> json(Expectation.JsonSchema schema, TaskResult answer) {
    try {
      Object value = UntrustedJson.mapper(false).readValue(answer.text(), Object.class);
      return JsonSchema.of(schema.jsonSchema()).problems(value);
    } catch (JsonProcessingException e) {
      return unless(false, "expected JSON (%s)".formatted(UntrustedJson.words(e)), answer);
    } catch (IllegalArgumentException e) {
      return List.of("the canary's own json_schema " + e.getMessage());
    }
  }

  private static List<String> unless(boolean holds, String expected, TaskResult answer) {
    return holds ? List.of() : List.of("%s, found %s".formatted(expected, shown(answer)));
  }

  private static String shown(TaskResult answer) {
    Object label = answer.fields().get("label");
    String text = answer.text().isEmpty() && label != null ? label.toString() : answer.text();
    return "\"" + (text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text) + "\"";
  }
}
