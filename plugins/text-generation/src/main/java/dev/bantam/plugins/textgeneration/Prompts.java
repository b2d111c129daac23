package dev.bantam.plugins.textgeneration;

import dev.bantam.spi.TaskException;
import dev.bantam.template.JinjaTemplate;
import dev.bantam.template.TemplateException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The prompts of one format. Immutable. */
final class Prompts {

  private final Map<Task, JinjaTemplate> tasks;
  private final String conversation;
  private final PromptFormat format;

  private Prompts(Map<Task, JinjaTemplate> tasks, String conversation, PromptFormat format) {
    this.tasks = tasks;
    this.conversation = conversation;
    this.format = format;
  }

  /** The prompts that a model's own chat template goes around. */
  static Prompts forTemplate(PromptFiles files) throws TaskException {
    return load(files, "", PromptFormat.TEMPLATE);
  }

  /**
   * Reads a format's files.
   *
   * @throws TaskException naming file and line, if a file cannot be used
   */
  static Prompts forFormat(PromptFiles files, String name) throws TaskException {
    return load(files, name, PromptFormat.read(files.find(name, PromptFiles.FORMAT)));
  }

  private static Prompts load(PromptFiles files, String name, PromptFormat format)
      throws TaskException {
    Map<Task, JinjaTemplate> tasks = new EnumMap<>(Task.class);
    for (Task task : Task.values()) {
      PromptFiles.Source source = files.find(name, PromptFiles.fileOf(task));
      JinjaTemplate template = compile(source);
      checkVariables(task, template, source);
      tasks.put(task, template);
    }
    PromptFiles.Source conversation = files.find(name, PromptFiles.CONVERSATION);
    compile(conversation);
    return new Prompts(tasks, conversation.text(), format);
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

  boolean wrapsTasks() {
    return format.wrapsTasks();
  }

  /** Texts that end a task's answer. */
  List<String> stop(Task task) {
    return format.stopOf(task);
  }

  private static JinjaTemplate compile(PromptFiles.Source source) throws TaskException {
    try {
      return JinjaTemplate.compile(source.text());
    } catch (TemplateException e) {
      throw atLine(source, e);
    }
  }

  /** A misspelt variable would silently leave the client's text out. */
  private static void checkVariables(Task task, JinjaTemplate template, PromptFiles.Source source)
      throws TaskException {
    Map<String, String> probes = new HashMap<>();
    task.variables().forEach(variable -> probes.put(variable, "<" + variable + ">"));
    try {
      String rendered = template.render(probes);
      for (Map.Entry<String, String> probe : probes.entrySet()) {
        if (!rendered.contains(probe.getValue())) {
          throw PromptFiles.unusable(
              "%s: does not use {{ %s }}, so the request's text would be lost; its variables are: %s"
                  .formatted(source.name(), probe.getKey(), String.join(", ", task.variables())),
              null);
        }
      }
    } catch (TemplateException e) {
      throw atLine(source, e);
    }
  }

  private static TaskException atLine(PromptFiles.Source source, TemplateException e) {
    return PromptFiles.unusable(
        "%s, line %d: %s".formatted(source.name(), e.line(), e.reason()), e);
  }
}
