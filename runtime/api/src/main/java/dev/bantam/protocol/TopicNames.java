package dev.bantam.protocol;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Names of topics and topic filters, by MQTT 5 (section 4.7).
 *
 * <p>There are two measures. <em>Legal</em> is what the specification's "must" asks for, and at
 * most {@value #MAX_LEVELS} levels: what a broker takes from others. {@link #isName} and {@link
 * #isFilter} are for what this device uses itself: also without control characters and code points
 * that are no characters, for which the specification lets brokers cut connections, and short
 * enough for the wire.
 */
public final class TopicNames {

  /** As mosquitto: enough for any plan, and no stack or tree can be driven deep. */
  public static final int MAX_LEVELS = 200;

  /** Starts a subscription that several clients share, as in {@code $share/{group}/{filter}}. */
  public static final String SHARE_PREFIX = "$share/";

  private static final int MAX_BYTES = 65_535;
  private static final int NON_CHARACTERS = 0xFFFE;
  private static final int FIRST_BLOCK_OF_NON_CHARACTERS = 0xFDD0;
  private static final int LAST_OF_BLOCK = 0xFDEF;

  private TopicNames() {}

  /** Whether messages can be published to {@code topic}: no wildcards, nothing unprintable. */
  public static boolean isName(String topic) {
    return isLegalName(topic) && isPrintable(topic) && isShort(topic);
  }

  /**
   * Whether {@code filter} can be subscribed to: wildcards stand for whole levels, # at the end.
   */
  public static boolean isFilter(String filter) {
    return isLegalFilter(filter) && isPrintable(filter) && isShort(filter);
  }

  /** Whether a broker must take it for the name of a topic. */
  public static boolean isLegalName(String topic) {
    return isLegal(topic) && topic.indexOf('+') < 0 && topic.indexOf('#') < 0;
  }

  /** Whether a broker must take it for a filter; one without the {@code $share} part. */
  public static boolean isLegalFilter(String filter) {
    if (!isLegal(filter)) {
      return false;
    }
    List<String> levels = levels(filter);
    for (int i = 0; i < levels.size(); i++) {
      String level = levels.get(i);
      boolean wild = level.indexOf('+') >= 0 || level.indexOf('#') >= 0;
      if (wild && level.length() > 1) {
        return false;
      }
      if (level.equals("#") && i < levels.size() - 1) {
        return false;
      }
    }
    return true;
  }

  /** Neither empty, nor with U+0000, nor of too many levels. */
  public static boolean isLegal(String text) {
    if (text.isEmpty()) {
      return false;
    }
    int levels = 1;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0) {
        return false;
      }
      if (c == '/') {
        levels++;
      }
    }
    return levels <= MAX_LEVELS;
  }

  /** The parts between slashes; at least one. */
  public static List<String> levels(String topic) {
    List<String> levels = new ArrayList<>();
    int start = 0;
    for (int slash = topic.indexOf('/'); slash >= 0; slash = topic.indexOf('/', start)) {
      levels.add(topic.substring(start, slash));
      start = slash + 1;
    }
    levels.add(topic.substring(start));
    return levels;
  }

  /** Whether a legal filter matches a legal name. */
  public static boolean matches(String filter, String topic) {
    if (isHiddenFromWildcards(topic) && (filter.startsWith("+") || filter.startsWith("#"))) {
      return false;
    }
    List<String> wanted = levels(filter);
    List<String> actual = levels(topic);
    for (int i = 0; i < wanted.size(); i++) {
      String level = wanted.get(i);
      if (level.equals("#")) {
        return true;
      }
      if (i >= actual.size() || !(level.equals("+") || level.equals(actual.get(i)))) {
        return false;
      }
    }
    return wanted.size() == actual.size();
  }

  /** MQTT-4.7.2-1: {@code #} and {@code +} at the start do not see topics that begin with $. */
  public static boolean isHiddenFromWildcards(String topic) {
    return topic.startsWith("$");
  }

  private static boolean isShort(String text) {
    return text.length() * 3L <= MAX_BYTES
        || text.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES;
  }

  /** Whether there is a topic that both filters match. */
  public static boolean overlap(String first, String second) {
    if (first.startsWith("$") != second.startsWith("$")
        && (isWild(first.charAt(0)) || isWild(second.charAt(0)))) {
      return false;
    }
    String[] left = first.split("/", -1);
    String[] right = second.split("/", -1);
    for (int i = 0; ; i++) {
      boolean leftEnds = i >= left.length;
      boolean rightEnds = i >= right.length;
      if (leftEnds && rightEnds) {
        return true;
      }
      if ((!leftEnds && left[i].equals("#")) || (!rightEnds && right[i].equals("#"))) {
        return true;
      }
      if (leftEnds || rightEnds) {
        return false;
      }
      if (!left[i].equals("+") && !right[i].equals("+") && !left[i].equals(right[i])) {
        return false;
      }
    }
  }

  private static boolean isWild(char c) {
    return c == '+' || c == '#';
  }

  /** Whether {@code outer} matches every topic that {@code inner} matches. */
  public static boolean covers(String outer, String inner) {
    if (inner.startsWith("$") && !outer.startsWith("$")) {
      return false;
    }
    String[] wide = outer.split("/", -1);
    String[] narrow = inner.split("/", -1);
    for (int i = 0; ; i++) {
      if (i < wide.length && wide[i].equals("#")) {
        return true;
      }
      if (i >= wide.length || i >= narrow.length) {
        return i >= wide.length && i >= narrow.length;
      }
      if (narrow[i].equals("#") || !(wide[i].equals("+") || wide[i].equals(narrow[i]))) {
        return false;
      }
    }
  }

  /** Whether {@code text} has no character that MQTT's UTF-8 strings must or should not have. */
  public static boolean isPrintable(String text) {
    return text.codePoints().allMatch(TopicNames::isPrintable);
  }

  private static boolean isPrintable(int c) {
    boolean surrogate = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
    boolean nonCharacter =
        (c & NON_CHARACTERS) == NON_CHARACTERS
            || (c >= FIRST_BLOCK_OF_NON_CHARACTERS && c <= LAST_OF_BLOCK);
    return !Character.isISOControl(c) && !surrogate && !nonCharacter;
  }
}
