package dev.bantam.runtime.mqtt;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Where answers may go. The runtime publishes with its own rights, so a requester could borrow them
 * by naming any topic; this is the list of topics that it cannot do harm with.
 */
final class ReplyTopics {

  private static final String OWN_TREE = "bantam/v1";
  private static final String ANSWERS = "bantam/v1/device/+/answer/#";
  private static final int MAX_TOPIC_BYTES = 65_535;

  private final List<String> filters;

  /**
   * @param filters MQTT topic filters; {@code {device}} stands for the device id
   */
  ReplyTopics(List<String> filters, String device) {
    this.filters = filters.stream().map(filter -> filter.replace("{device}", device)).toList();
  }

  /**
   * Whether an answer may go to {@code topic}: a valid topic name that matches a filter, and below
   * {@code bantam/v1} only an answer topic.
   */
  boolean allows(String topic) {
    if (!isTopicName(topic) || (isOwn(topic) && !matches(ANSWERS, topic))) {
      return false;
    }
    return filters.stream().anyMatch(filter -> matches(filter, topic));
  }

  /** The filters, for a log line. */
  List<String> filters() {
    return filters;
  }

  private static boolean isOwn(String topic) {
    return topic.equals(OWN_TREE) || topic.startsWith(OWN_TREE + "/");
  }

  private static boolean isTopicName(String topic) {
    return !topic.isEmpty()
        && topic.chars().noneMatch(c -> c == '+' || c == '#' || c == 0)
        && topic.getBytes(StandardCharsets.UTF_8).length <= MAX_TOPIC_BYTES;
  }

  /** MQTT 5, section 4.7; a leading wildcard does not match topics that start with a dollar. */
  static boolean matches(String filter, String topic) {
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
}
