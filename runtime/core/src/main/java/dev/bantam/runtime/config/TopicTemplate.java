package dev.bantam.runtime.config;

import dev.bantam.protocol.TopicNames;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A topic to publish to, with places for values: {@code plant/{boiler}/state}. A value fills a
 * level or a part of one, never more: it may have no {@code /}, {@code +}, {@code #} and nothing
 * unprintable.
 *
 * @param text as it was written
 */
public record TopicTemplate(String text) {

  /** A level's name, or a JSON Pointer into the payload. */
  private static final Pattern PLACE = Pattern.compile("\\{(/[^{}]*|[a-z][a-z0-9_]{0,31})\\}");

  private static final int LONGEST_VALUE = 128;

  /**
   * Reads a template.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  public static TopicTemplate parse(String text) {
    TopicTemplate template = new TopicTemplate(text);
    String shape = template.shape();
    if (shape.contains("{") || shape.contains("}")) {
      throw new IllegalArgumentException(
          "\"%s\" has a place that cannot be filled; write {name}, the name of a level of from, or {/pointer}, a JSON Pointer into the payload"
              .formatted(text));
    }
    if (PLACE.matcher(text).replaceAll("x").contains("+")
        || text.contains("#")
        || !TopicNames.isName(PLACE.matcher(text).replaceAll("x"))) {
      throw new IllegalArgumentException(
          "\"%s\" is no topic; it must have printable characters without + and #".formatted(text));
    }
    if (shape.startsWith("+")) {
      throw new IllegalArgumentException(
          "\"%s\" lets a message choose the topic's first level; begin with a fixed one"
              .formatted(text));
    }
    return template;
  }

  /** The narrowest topic filter that matches all topics that this can give. */
  public String shape() {
    List<String> levels = new ArrayList<>();
    for (String level : outside(text).split("/", -1)) {
      levels.add(level.contains("\0") ? "+" : level);
    }
    return String.join("/", levels);
  }

  /** With a mark for each place, for pointers have slashes too. */
  private static String outside(String text) {
    return PLACE.matcher(text).replaceAll("\0");
  }

  /** What is to be filled in. */
  public Set<String> places() {
    Set<String> places = new LinkedHashSet<>();
    Matcher matcher = PLACE.matcher(text);
    while (matcher.find()) {
      places.add(matcher.group(1));
    }
    return places;
  }

  /**
   * Fills in.
   *
   * @param values of places
   * @throws IllegalArgumentException if a value is missing or is not part of one level
   */
  public String fill(Function<String, Optional<String>> values) {
    Matcher matcher = PLACE.matcher(text);
    StringBuilder topic = new StringBuilder();
    while (matcher.find()) {
      String place = matcher.group(1);
      String value =
          values
              .apply(place)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "there is no value for {%s} in \"%s\"".formatted(place, text)));
      matcher.appendReplacement(topic, Matcher.quoteReplacement(requireLevel(place, value)));
    }
    return matcher.appendTail(topic).toString();
  }

  private static String requireLevel(String place, String value) {
    boolean fits =
        !value.isBlank()
            && value.length() <= LONGEST_VALUE
            && value.chars().noneMatch(c -> c == '/' || c == '+' || c == '#')
            && TopicNames.isPrintable(value);
    if (!fits) {
      throw new IllegalArgumentException(
          "the value of {%s} cannot stand in a topic; it must have 1 to %d printable characters without '/', '+' and '#'"
              .formatted(place, LONGEST_VALUE));
    }
    return value;
  }
}
