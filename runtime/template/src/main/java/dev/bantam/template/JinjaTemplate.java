package dev.bantam.template;

import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Jinja template: the language of chat templates, as far as those use it. It has Jinja's blocks
 * {@code for}, {@code if}, {@code set}, {@code macro}, {@code with}, {@code filter}, {@code raw},
 * {@code break}, {@code continue}, with {@code trim_blocks} and {@code lstrip_blocks} on, and the
 * functions {@code raise_exception} and {@code strftime_now} of the {@code transformers} library.
 *
 * <p>A template can reach nothing but the variables it is given, and is bounded in steps, time,
 * output, memory and depth. Immutable; safe for many threads.
 */
public final class JinjaTemplate {

  private final List<Statement> statements;
  private final Environment environment;

  private JinjaTemplate(List<Statement> statements, Environment environment) {
    this.statements = statements;
    this.environment = environment;
  }

  /**
   * Reads a template.
   *
   * @throws TemplateException naming the line, if it cannot be read
   */
  public static JinjaTemplate compile(String source) {
    return compile(source, Clock.systemDefaultZone());
  }

  /** Reads a template that takes the time from {@code clock}. */
  public static JinjaTemplate compile(String source, Clock clock) {
    return compile(source, Dialect.CHAT, clock);
  }

  /**
   * Reads a template.
   *
   * @param dialect which filters there are beside Jinja's, and whether texts are quoted
   * @throws TemplateException naming the line, if it cannot be read
   */
  public static JinjaTemplate compile(String source, Dialect dialect, Clock clock) {
    try {
      return new JinjaTemplate(Parser.parse(source, dialect), new Environment(dialect, clock));
    } catch (StackOverflowError e) {
      throw new TemplateException(1, "the template nests too deep");
    }
  }

  /**
   * Renders the template.
   *
   * @param variables strings, whole numbers, floats, booleans, lists and maps of these by name;
   *     null is Python's {@code None}
   * @throws TemplateException naming the line, if the template fails or goes over its limits
   */
  public String render(Map<String, ?> variables) {
    long[] characters = {0};
    Map<String, Object> values = new LinkedHashMap<>();
    variables.forEach((name, value) -> values.put(name, importValue(value, characters)));
    return render(
        values,
        environment.dialect() == Dialect.CHAT
            ? TemplateLimits.forInput(characters[0])
            : TemplateLimits.forMessages(characters[0]));
  }

  private String render(Map<String, Object> values, TemplateLimits limits) {
    Budget budget = new Budget(limits);
    Scope scope = new Scope(Globals.scope(budget, environment.clock()));
    values.forEach(scope::set);
    try {
      return new Renderer(budget, environment).render(statements, scope);
    } catch (StackOverflowError e) {
      throw new TemplateException(1, "the template nests too deep");
    }
  }

  /** Copies a value into the few types that templates know. */
  private static Object importValue(@Nullable Object value, long[] size) {
    if (value == null) {
      return None.NONE;
    }
    if (value instanceof String text) {
      size[0] += text.length();
      return text;
    }
    if (value instanceof Integer number) {
      return number.longValue();
    }
    if (value instanceof Long || value instanceof Double || value instanceof Boolean) {
      return value;
    }
    if (value instanceof List<?> list) {
      List<Object> copy = new ArrayList<>();
      list.forEach(item -> copy.add(importValue(item, size)));
      return copy;
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> copy = new LinkedHashMap<>();
      map.forEach((key, item) -> copy.put(String.valueOf(key), importValue(item, size)));
      return copy;
    }
    throw new IllegalArgumentException(
        "a template takes strings, numbers, booleans, lists and maps, not " + value.getClass());
  }
}
