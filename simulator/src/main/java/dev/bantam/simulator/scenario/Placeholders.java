package dev.bantam.simulator.scenario;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts readings into a request's texts, at any depth. */
final class Placeholders {

  private static final Pattern NAME = Pattern.compile("\\{([a-z][a-z0-9_]*)\\}");

  private Placeholders() {}

  /**
   * @throws IllegalArgumentException if a text names a reading that is not there
   */
  static void check(String sensor, Object value, Set<String> readings) {
    if (value instanceof Map<?, ?> map) {
      map.values().forEach(part -> check(sensor, part, readings));
    } else if (value instanceof List<?> list) {
      list.forEach(part -> check(sensor, part, readings));
    } else if (value instanceof String text) {
      NAME.matcher(text)
          .results()
          .map(match -> match.group(1))
          .filter(name -> !readings.contains(name))
          .findFirst()
          .ifPresent(
              name -> {
                throw new IllegalArgumentException(
                    "sensor %s has no reading \"%s\"; it has: %s"
                        .formatted(sensor, name, String.join(", ", readings)));
              });
    }
  }

  /** A copy with all readings put in. */
  static Map<String, Object> fill(Map<String, Object> request, Map<String, String> readings) {
    Map<String, Object> filled = new LinkedHashMap<>();
    request.forEach((key, value) -> filled.put(key, fillValue(value, readings)));
    return filled;
  }

  private static Object fillValue(Object value, Map<String, String> readings) {
    if (value instanceof String text) {
      return NAME.matcher(text)
          .replaceAll(m -> Matcher.quoteReplacement(readings.getOrDefault(m.group(1), m.group())));
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
