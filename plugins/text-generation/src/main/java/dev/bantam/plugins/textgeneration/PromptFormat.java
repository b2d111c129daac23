package dev.bantam.plugins.textgeneration;

import dev.bantam.spi.TaskException;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How prompts are written for a model without a chat template: a format's {@code
 * format.properties}.
 *
 * @param wrapsTasks key {@code wrap_tasks}: whether a task's prompt is a user's message in a
 *     conversation; otherwise it is all that the model gets
 * @param stop keys {@code stop.<task>} and {@code stop.<task>.<number>}: texts that end an answer
 *     and are no part of it
 */
record PromptFormat(boolean wrapsTasks, Map<Task, List<String>> stop) {

  /** The model's own chat template: it wraps, and its turns end with tokens. */
  static final PromptFormat TEMPLATE = new PromptFormat(true, Map.of());

  private static final String WRAP_TASKS = "wrap_tasks";
  private static final Pattern STOP = Pattern.compile("stop\\.([a-z]+)(\\.[0-9]{1,3})?");

  PromptFormat {
    stop = Map.copyOf(stop);
  }

  /** Texts that end a task's answer. */
  List<String> stopOf(Task task) {
    return stop.getOrDefault(task, List.of());
  }

  /**
   * Reads a format.
   *
   * @throws TaskException naming the file, if it is none
   */
  static PromptFormat read(PromptFiles.Source source) throws TaskException {
    Properties properties = properties(source);
    Map<Task, List<String>> stop = new EnumMap<>(Task.class);
    for (String key : new TreeSet<>(properties.stringPropertyNames())) {
      if (!key.equals(WRAP_TASKS)) {
        stop.computeIfAbsent(taskOf(source, key), task -> new ArrayList<>())
            .add(text(source, key, properties.getProperty(key)));
      }
    }
    return new PromptFormat(wrapsTasks(source, properties), stop);
  }

  private static Properties properties(PromptFiles.Source source) throws TaskException {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(source.text()));
    } catch (IOException | IllegalArgumentException e) {
      throw PromptFiles.unusable("%s: %s".formatted(source.name(), e.getMessage()), e);
    }
    return properties;
  }

  private static boolean wrapsTasks(PromptFiles.Source source, Properties properties)
      throws TaskException {
    String value = properties.getProperty(WRAP_TASKS, "");
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw bad(source, "wrap_tasks is \"%s\"; it must be true or false".formatted(value));
    };
  }

  private static Task taskOf(PromptFiles.Source source, String key) throws TaskException {
    Matcher matcher = STOP.matcher(key);
    if (!matcher.matches() || !Task.names().contains(matcher.group(1))) {
      throw bad(
          source,
          "there is no key \"%s\"; valid are: wrap_tasks, stop.TASK and stop.TASK.NUMBER, where TASK is one of: %s"
              .formatted(key, String.join(", ", new TreeSet<>(Task.names()))));
    }
    return Task.ofName(matcher.group(1));
  }

  private static String text(PromptFiles.Source source, String key, String value)
      throws TaskException {
    if (value.isEmpty()) {
      throw bad(source, "%s is empty, which would end every answer; leave it out".formatted(key));
    }
    return value;
  }

  private static TaskException bad(PromptFiles.Source source, String why) {
    return PromptFiles.unusable("%s: %s".formatted(source.name(), why), null);
  }
}
