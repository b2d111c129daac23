package dev.bantam.runtime.config;

import dev.bantam.protocol.TopicNames;
import java.util.List;

/**
 * Where routes may publish to. The runtime publishes with its own rights, so what a message can put
 * into a topic is limited twice: to one level of the route's own template, and to this list. Below
 * {@code bantam/v1/}, where requests, answers and wanted models are, a route has only its own
 * {@code bantam/v1/device/{device}/route/}; topics with a leading {@code $} are the broker's.
 */
public final class OutputTopics {

  private static final String OWN_TREE = "bantam/v1";

  private final List<String> filters;
  private final String own;

  /**
   * @param filters MQTT topic filters; {@code {device}} stands for the device id
   */
  public OutputTopics(List<String> filters, String device) {
    this.filters = filters.stream().map(filter -> filter.replace("{device}", device)).toList();
    this.own = OWN_TREE + "/device/" + device + "/route/#";
  }

  /** Whether something may be published to {@code topic}, a name or a filter. */
  public boolean allows(String topic) {
    if (topic.startsWith("$")) {
      return false;
    }
    if (TopicNames.overlap(topic, OWN_TREE + "/#") && !TopicNames.covers(own, topic)) {
      return false;
    }
    return TopicNames.covers(own, topic)
        || filters.stream().anyMatch(filter -> TopicNames.covers(filter, topic));
  }

  /** The filters, for a message. */
  public List<String> filters() {
    return filters;
  }
}
