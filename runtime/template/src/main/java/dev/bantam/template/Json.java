package dev.bantam.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The filter {@code tojson}, which writes as Python's {@code json.dumps} does, keeping Unicode. */
final class Json {

  private final StringBuilder out = new StringBuilder();
  private final Budget budget;
  private final String indent;
  private final boolean pretty;
  private final boolean sorted;

  private Json(Budget budget, String indent, boolean pretty, boolean sorted) {
    this.budget = budget;
    this.indent = indent;
    this.pretty = pretty;
    this.sorted = sorted;
  }

  static String write(Object value, Arguments arguments, Budget budget) {
    Object indent = arguments.get(1, "indent", None.NONE);
    if (arguments.named().isEmpty() && arguments.positional().size() == 1) {
      indent = arguments.positional().get(0);
    }
    int width = indent == None.NONE ? 0 : (int) Math.min(64, Operators.requireInteger(indent));
    boolean sorted = arguments.flag(3, "sort_keys", false);
    Json json = new Json(budget, " ".repeat(Math.max(0, width)), indent != None.NONE, sorted);
    json.value(value, 0);
    return json.out.toString();
  }

  private void value(Object value, int level) {
    budget.enter();
    if (value instanceof String text) {
      string(text);
    } else if (value instanceof Map<?, ?> map) {
      map(map, level);
    } else if (value instanceof List<?> list) {
      list(list, level);
    } else {
      add(scalar(value));
    }
    budget.leave();
  }

  private void add(String text) {
    budget.text(text.length());
    out.append(text);
  }

  private static String scalar(Object value) {
    if (value == None.NONE) {
      return "null";
    }
    if (value instanceof Boolean || value instanceof Long) {
      return value.toString();
    }
    if (value instanceof Double number) {
      return PythonText.number(number);
    }
    throw new TemplateException("%s has no JSON form".formatted(Operators.describe(value)));
  }

  private void list(List<?> list, int level) {
    List<Runnable> elements = new ArrayList<>();
    for (Object item : list) {
      elements.add(() -> value(item, level + 1));
    }
    container('[', ']', elements, level);
  }

  private void map(Map<?, ?> map, int level) {
    Map<String, Object> entries = sorted ? new TreeMap<>() : new LinkedHashMap<>();
    map.forEach((key, value) -> entries.put(PythonText.str(key, budget), value));
    List<Runnable> elements = new ArrayList<>();
    entries.forEach(
        (key, value) ->
            elements.add(
                () -> {
                  string(key);
                  add(": ");
                  value(value, level + 1);
                }));
    container('{', '}', elements, level);
  }

  private void container(char open, char close, List<Runnable> elements, int level) {
    budget.elements(elements.size());
    out.append(open);
    for (int i = 0; i < elements.size(); i++) {
      add(i == 0 ? "" : pretty ? "," : ", ");
      line(level + 1);
      elements.get(i).run();
    }
    if (!elements.isEmpty()) {
      line(level);
    }
    out.append(close);
  }

  private void line(int level) {
    if (pretty) {
      add("\n");
      for (int i = 0; i < level; i++) {
        add(indent);
      }
    }
  }

  private void string(String text) {
    budget.text(2L * text.length() + 2);
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        default -> {
          if (c < 0x20) {
            out.append("\\u%04x".formatted((int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
