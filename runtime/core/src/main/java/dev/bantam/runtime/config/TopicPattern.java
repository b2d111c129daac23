package dev.bantam.runtime.config;

import dev.bantam.protocol.TopicNames;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A topic filter whose levels can have names, such as {@code plant/{area}/{boiler}/temp}.
 *
 * @param text as it was written
 * @param filter the MQTT topic filter
 * @param names one for each level; empty for a level without a name
 */
public record TopicPattern(String text, String filter, List<String> names) {

  private static final Pattern NAME = Pattern.compile("\\{([a-z][a-z0-9_]{0,31})\\}");

  public TopicPattern {
    names = List.copyOf(names);
  }

  /**
   * Reads a pattern.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  public static TopicPattern parse(String text) {
    List<String> names = new ArrayList<>();
    List<String> levels = new ArrayList<>();
    for (String level : text.split("/", -1)) {
      Matcher matcher = NAME.matcher(level);
      boolean named = matcher.matches();
      if (!named && (level.contains("{") || level.contains("}"))) {
        throw new IllegalArgumentException(
            "\"%s\" has a name that is not one; a name stands for a whole level: {boiler}, of lower case letters, digits and '_'"
                .formatted(text));
      }
      String name = named ? matcher.group(1) : "";
      if (named && names.contains(name)) {
        throw new IllegalArgumentException("\"%s\" has two levels {%s}".formatted(text, name));
      }
      names.add(name);
      levels.add(named ? "+" : level);
    }
    String filter = String.join("/", levels);
    if (!TopicNames.isFilter(filter)) {
      throw new IllegalArgumentException(
          "\"%s\" is no topic filter; + or {name} stands for a whole level and # for all levels at the end, as in plant/{boiler}/temp"
              .formatted(text));
    }
    return new TopicPattern(text, filter, names);
  }

  public boolean matches(String topic) {
    return TopicNames.matches(filter, topic);
  }

  /** The named levels of a topic that matches, in order. */
  public Map<String, String> levels(String topic) {
    Map<String, String> levels = new LinkedHashMap<>();
    String[] parts = topic.split("/", -1);
    for (int i = 0; i < names.size() && i < parts.length; i++) {
      if (!names.get(i).isEmpty()) {
        levels.put(names.get(i), parts[i]);
      }
    }
    return levels;
  }
}
