package dev.bantam.plugins.textgeneration;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The tasks, each with the variables that its prompt file must use. */
enum Task {
  /** A conversation, or one message of it. */
  CHAT(List.of()),
  /** Goes on with a text. */
  COMPLETE(List.of("prompt")),
  /** Says a text in fewer words. */
  SUMMARIZE(List.of("text")),
  /** Says a text in another language. */
  TRANSLATE(List.of("text", "target_language")),
  /** Answers a question over a given context. */
  ANSWER(List.of("question", "context"));

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> variables;

  Task(List<String> variables) {
    this.variables = variables;
  }

  List<String> variables() {
    return variables;
  }

  String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @param name one of {@link #names()}
   */
  static Task ofName(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  static Set<String> names() {
    return Arrays.stream(values()).map(Task::wireName).collect(Collectors.toUnmodifiableSet());
  }
}
