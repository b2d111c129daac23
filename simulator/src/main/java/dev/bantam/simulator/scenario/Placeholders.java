package dev.bantam.simulator.scenario;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** <code>{name}</code> in texts, at any depth of maps and lists. */
public final class Placeholders {

  private static final Pattern NAME = Pattern.compile("\\{([a-z][a-z0-9_]*)\\}");

  private Placeholders() {}

  /** All names, in their order, as often as they are there. */
  static Stream<String> in(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map.values().stream().flatMap(Placeholders::in);
    }
    if (value instanceof List<?> list) {
      return list.stream().flatMap(Placeholders::in);
    }
    return value instanceof String text
        ? NAME.matcher(text).results().map((MatchResult match) -> match.group(1))
        : Stream.of();
  }

  /**
   * A copy of a text with all names replaced.
   *
   * @param values gives what a name stands for
   */
  public static String fill(String text, UnaryOperator<String> values) {
    return text.indexOf('{') < 0
        ? text
        : NAME.matcher(text).replaceAll(m -> Matcher.quoteReplacement(values.apply(m.group(1))));
  }

  /** A copy of a request with all readings put in; names without one stay as they are. */
  public static Map<String, Object> fill(
      Map<String, Object> request, Map<String, String> readings) {
    Map<String, Object> filled = new LinkedHashMap<>();
    request.forEach((key, value) -> filled.put(key, fillValue(value, readings)));
    return filled;
  }

  private static Object fillValue(Object value, Map<String, String> readings) {
    if (value instanceof String text) {
      return fill(text, name -> readings.getOrDefault(name, "{" + name + "}"));
    }
    if (value instanceof List<?> list) {
      return list.stream().map(part -> fillValue(part, readings)).toList();
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> filled = new LinkedHashMap<>();
      map.forEach((key, part) -> filled.put(String.valueOf(key), fillValue(part, readings)));
      return filled;
    }
    return value;
  }
}
