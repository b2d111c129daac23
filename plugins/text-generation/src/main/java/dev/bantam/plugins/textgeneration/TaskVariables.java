package dev.bantam.plugins.textgeneration;

import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.RequestBody;
import dev.bantam.spi.TaskException;
import java.util.HashMap;
import java.util.Map;

/** Reads what a task's prompt is filled with. */
final class TaskVariables {

  private static final int LONGEST_LANGUAGE = 100;
  private static final String DEFAULT_LANGUAGE = "English";

  private TaskVariables() {}

  static Map<String, String> read(Task task, RequestBody body) throws TaskException {
    return switch (task) {
      case CHAT -> Map.of();
      case COMPLETE -> Map.of("prompt", required(body, "prompt", "prompt"));
      case SUMMARIZE -> Map.of("text", required(body, "text", "prompt"));
      case TRANSLATE -> translation(body);
      case ANSWER -> question(body);
    };
  }

  /** As {@link #read}, with another text in place of the client's; languages stay. */
  static Map<String, String> others(Task task, RequestBody body, String other)
      throws TaskException {
    Map<String, String> variables = new HashMap<>();
    read(task, body)
        .forEach((name, text) -> variables.put(name, name.endsWith("_language") ? text : other));
    return variables;
  }

  private static Map<String, String> translation(RequestBody body) throws TaskException {
    Map<String, String> variables = new HashMap<>();
    variables.put("text", required(body, "text", "prompt"));
    variables.put("target_language", language(body, "target_language", DEFAULT_LANGUAGE));
    if (body.has("source_language")) {
      variables.put("source_language", language(body, "source_language", ""));
    }
    return variables;
  }

  private static String language(RequestBody body, String field, String fallback)
      throws TaskException {
    if (!body.has(field)) {
      return fallback;
    }
    String language = body.text(field);
    if (language.length() > LONGEST_LANGUAGE) {
      throw invalid(
          "\"%s\" has %d characters; name a language in at most %d"
              .formatted(field, language.length(), LONGEST_LANGUAGE));
    }
    return language;
  }

  /** A plain text holds its context itself; a {@code question} needs one beside it. */
  private static Map<String, String> question(RequestBody body) throws TaskException {
    String question = required(body, "question", "prompt");
    if (body.has("question") && !body.has("context")) {
      throw invalid("\"context\" is missing; send the text that holds the answer as a JSON string");
    }
    return body.has("context")
        ? Map.of("question", question, "context", body.text("context"))
        : Map.of("question", question);
  }

  private static String required(RequestBody body, String field, String other)
      throws TaskException {
    if (body.has(field)) {
      return body.text(field);
    }
    if (body.has(other)) {
      return body.text(other);
    }
    throw invalid(
        field.equals(other)
            ? "\"%s\" is missing; send it as a JSON string".formatted(field)
            : "\"%s\" is missing; send \"%s\" or \"%s\" as a JSON string"
                .formatted(field, field, other));
  }

  private static TaskException invalid(String message) {
    return new TaskException(ErrorCode.INVALID_REQUEST, message);
  }
}
