package dev.bantam.runtime.mqtt;

import dev.bantam.protocol.TopicNames;
import java.util.List;

/**
 * Where answers may go. The runtime publishes with its own rights, so a requester could borrow them
 * by naming any topic; this is the list of topics that it cannot do harm with.
 */
final class ReplyTopics {

  private static final String OWN_TREE = "bantam/v1";
  private static final String ANSWERS = "bantam/v1/device/+/answer/#";

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
    if (!TopicNames.isName(topic) || (isOwn(topic) && !TopicNames.matches(ANSWERS, topic))) {
      return false;
    }
    return filters.stream().anyMatch(filter -> TopicNames.matches(filter, topic));
  }

  /** The filters, for a log line. */
  List<String> filters() {
    return filters;
  }

  private static boolean isOwn(String topic) {
    return topic.equals(OWN_TREE) || topic.startsWith(OWN_TREE + "/");
  }
}
