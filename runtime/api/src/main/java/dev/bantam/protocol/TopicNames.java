package dev.bantam.protocol;

import java.nio.charset.StandardCharsets;

/**
 * What MQTT 5 (section 4.7) takes for a topic's name and for a topic filter. Both are UTF-8 of at
 * most 65,535 bytes; control characters and code points that are no characters, which the
 * specification lets brokers cut connections for, are not taken either.
 */
public final class TopicNames {

  private static final int MAX_BYTES = 65_535;
  private static final int NON_CHARACTERS = 0xFFFE;
  private static final int FIRST_BLOCK_OF_NON_CHARACTERS = 0xFDD0;
  private static final int LAST_OF_BLOCK = 0xFDEF;

  private TopicNames() {}

  /** Whether messages can be published to {@code topic}: no wildcards, nothing unprintable. */
  public static boolean isName(String topic) {
    return isText(topic) && topic.chars().noneMatch(c -> c == '+' || c == '#');
  }

  /**
   * Whether {@code filter} can be subscribed to: wildcards stand for whole levels, # at the end.
   */
  public static boolean isFilter(String filter) {
    if (!isText(filter)) {
      return false;
    }
    String[] levels = filter.split("/", -1);
    for (int i = 0; i < levels.length; i++) {
      boolean wild = levels[i].contains("+") || levels[i].contains("#");
      boolean last = i == levels.length - 1;
      if (wild && !(levels[i].equals("+") || (levels[i].equals("#") && last))) {
        return false;
      }
    }
    return true;
  }

  /** Whether {@code filter} matches; a leading wildcard does not match a leading dollar. */
  public static boolean matches(String filter, String topic) {
    if (topic.startsWith("$") && !filter.startsWith("$")) {
      return false;
    }
    String[] wanted = filter.split("/", -1);
    String[] levels = topic.split("/", -1);
    for (int i = 0; i < wanted.length; i++) {
      if (wanted[i].equals("#")) {
        return true;
      }
      if (i >= levels.length) {
        return false;
      }
      if (!wanted[i].equals("+") && !wanted[i].equals(levels[i])) {
        return false;
      }
      if (i == levels.length - 1 && i + 2 == wanted.length && wanted[i + 1].equals("#")) {
        return true;
      }
    }
    return wanted.length == levels.length;
  }

  /** Whether {@code text} has no character that MQTT's UTF-8 strings must or should not have. */
  static boolean isPrintable(String text) {
    return text.codePoints().allMatch(TopicNames::isPrintable);
  }

  private static boolean isPrintable(int c) {
    boolean surrogate = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
    boolean nonCharacter =
        (c & NON_CHARACTERS) == NON_CHARACTERS
            || (c >= FIRST_BLOCK_OF_NON_CHARACTERS && c <= LAST_OF_BLOCK);
    return !Character.isISOControl(c) && !surrogate && !nonCharacter;
  }

  private static boolean isText(String text) {
    return !text.isEmpty()
        && isPrintable(text)
        && text.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES;
  }
}
