package dev.bantam.broker;

import java.util.ArrayList;
import java.util.List;

/** Rules of topic names and filters (MQTT 5, 4.7). */
final class TopicNames {

  /** As mosquitto: enough for any plan, and no stack or tree can be driven deep. */
  static final int MAX_LEVELS = 200;

  static final String SHARE_PREFIX = "$share/";

  private TopicNames() {}

  static boolean isValidName(String topic) {
    return isText(topic) && topic.indexOf('+') < 0 && topic.indexOf('#') < 0;
  }

  /** A filter without the {@code $share} part. */
  static boolean isValidFilter(String filter) {
    if (!isText(filter)) {
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
  static boolean isText(String text) {
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

  static List<String> levels(String topic) {
    List<String> levels = new ArrayList<>();
    int start = 0;
    for (int slash = topic.indexOf('/'); slash >= 0; slash = topic.indexOf('/', start)) {
      levels.add(topic.substring(start, slash));
      start = slash + 1;
    }
    levels.add(topic.substring(start));
    return levels;
  }

  /** Whether a valid filter matches a valid name. */
  static boolean matches(String filter, String topic) {
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
  static boolean isHiddenFromWildcards(String topic) {
    return topic.startsWith("$");
  }
}
