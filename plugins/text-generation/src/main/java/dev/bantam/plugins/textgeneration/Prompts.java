package dev.bantam.plugins.textgeneration;

import dev.bantam.inference.template.JinjaTemplate;
import dev.bantam.inference.template.TemplateException;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The prompt files, built in or from the configured folder. Immutable. */
final class Prompts {

  private static final String SUFFIX = ".jinja";

  /** The conversation's form for models without a chat template. */
  private static final String CONVERSATION = "conversation";

  /** The longest prompt file that is read, in bytes. */
  private static final long MAX_BYTES = 100_000;

  private final Map<Task, JinjaTemplate> tasks;
  private final String conversation;

  private Prompts(Map<Task, JinjaTemplate> tasks, String conversation) {
    this.tasks = tasks;
    this.conversation = conversation;
  }

  /**
   * Reads all prompt files.
   *
   * @param overrides a folder whose files replace the built-in ones of the same name
   * @throws TaskException naming file and line, if a file cannot be used
   */
  static Prompts load(Optional<Path> overrides) throws TaskException {
    if (overrides.isPresent()) {
      checkNames(overrides.get());
    }
    Map<Task, JinjaTemplate> tasks = new EnumMap<>(Task.class);
    for (Task task : Task.values()) {
      Source source = source(task.wireName(), overrides);
      JinjaTemplate template = compile(source);
      checkVariables(task, template, source);
      tasks.put(task, template);
    }
    Source conversation = source(CONVERSATION, overrides);
    compile(conversation);
    return new Prompts(tasks, conversation.text());
  }

  /** Renders a task's prompt. */
  String render(Task task, Map<String, String> variables) {
    JinjaTemplate template = tasks.get(task);
    if (template == null) {
      throw new IllegalStateException("no prompt for " + task);
    }
    return template.render(variables);
  }

  /** The chat template for models that have none. */
  String conversation() {
    return conversation;
  }

  private record Source(String name, String text) {}

  private static void checkNames(Path folder) throws TaskException {
    List<String> known =
        Stream.concat(Task.names().stream(), Stream.of(CONVERSATION))
            .map(name -> name + SUFFIX)
            .sorted()
            .toList();
    try (Stream<Path> files = Files.list(folder)) {
      TreeSet<String> unknown =
          files
              .map(file -> String.valueOf(file.getFileName()))
              .filter(name -> name.endsWith(SUFFIX) && !known.contains(name))
              .collect(Collectors.toCollection(TreeSet::new));
      if (!unknown.isEmpty()) {
        throw unusable(
            "%s: no prompt has that name; valid names are: %s"
                .formatted(folder.resolve(unknown.first()), String.join(", ", known)),
            null);
      }
    } catch (IOException e) {
      throw unusable("the prompt folder %s cannot be read: %s".formatted(folder, e), e);
    }
  }

  private static Source source(String name, Optional<Path> overrides) throws TaskException {
    Optional<Path> file =
        overrides.map(folder -> folder.resolve(name + SUFFIX)).filter(Files::exists);
    return file.isPresent() ? read(file.get()) : builtIn(name);
  }

  private static Source read(Path file) throws TaskException {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw unusable("%s: longer than %d bytes".formatted(file, MAX_BYTES), null);
      }
      return new Source(file.toString(), Files.readString(file));
    } catch (CharacterCodingException e) {
      throw unusable("%s: no valid UTF-8; save it as UTF-8".formatted(file), e);
    } catch (IOException e) {
      throw unusable("%s: cannot be read: %s".formatted(file, e), e);
    }
  }

  private static Source builtIn(String name) throws TaskException {
    String resource = "prompts/" + name + SUFFIX;
    try (InputStream in = Prompts.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw unusable("the plugin's own %s is missing; build it again".formatted(resource), null);
      }
      return new Source(resource, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw unusable("the plugin's own %s cannot be read: %s".formatted(resource, e), e);
    }
  }

  private static JinjaTemplate compile(Source source) throws TaskException {
    try {
      return JinjaTemplate.compile(source.text());
    } catch (TemplateException e) {
      throw atLine(source, e);
    }
  }

  /** A misspelt variable would silently leave the client's text out. */
  private static void checkVariables(Task task, JinjaTemplate template, Source source)
      throws TaskException {
    Map<String, String> probes = new HashMap<>();
    task.variables().forEach(variable -> probes.put(variable, "<" + variable + ">"));
    try {
      String rendered = template.render(probes);
      for (Map.Entry<String, String> probe : probes.entrySet()) {
        if (!rendered.contains(probe.getValue())) {
          throw unusable(
              "%s: does not use {{ %s }}, so the request's text would be lost; its variables are: %s"
                  .formatted(source.name(), probe.getKey(), String.join(", ", task.variables())),
              null);
        }
      }
    } catch (TemplateException e) {
      throw atLine(source, e);
    }
  }

  private static TaskException atLine(Source source, TemplateException e) {
    return unusable("%s, line %d: %s".formatted(source.name(), e.line(), e.reason()), e);
  }

  private static TaskException unusable(String message, @Nullable Exception cause) {
    return new TaskException(ErrorCode.MODEL_UNUSABLE, message, cause);
  }
}
