package dev.bantam.broker;

import dev.bantam.protocol.TopicNames;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The last retained message of each topic, within bounds. */
final class RetainedStore {

  private final int maxMessages;
  private final long maxBytes;
  private final ByteBudget total;
  private final Map<String, Message> byTopic = new LinkedHashMap<>();
  private long bytes;

  RetainedStore(int maxMessages, long maxBytes, ByteBudget total) {
    this.maxMessages = maxMessages;
    this.maxBytes = maxBytes;
    this.total = total;
  }

  /**
   * Keeps the message in the place of an earlier one; an empty payload removes it (MQTT-3.3.1-6).
   *
   * @return false if it did not fit; the earlier one is gone then too, for it is no longer true
   */
  boolean put(Message message, long nowNanos) {
    remove(message.topic());
    if (message.payload().length() == 0) {
      return true;
    }
    if (byTopic.size() >= maxMessages || message.bytes() > maxBytes - bytes) {
      removeExpired(nowNanos);
    }
    if (byTopic.size() >= maxMessages
        || message.bytes() > maxBytes - bytes
        || !total.take(message.bytes())) {
      return false;
    }
    byTopic.put(message.topic(), message);
    bytes += message.bytes();
    return true;
  }

  private void remove(String topic) {
    Message removed = byTopic.remove(topic);
    if (removed != null) {
      bytes -= removed.bytes();
      total.giveBack(removed.bytes());
    }
  }

  private void removeExpired(long nowNanos) {
    List<String> expired = new ArrayList<>();
    byTopic.forEach(
        (topic, message) -> {
          if (message.isExpired(nowNanos)) {
            expired.add(topic);
          }
        });
    expired.forEach(this::remove);
  }

  /** Messages a new subscription gets, oldest topic first. */
  List<Message> matching(String filter, long nowNanos) {
    if (filter.indexOf('+') < 0 && filter.indexOf('#') < 0) {
      Message message = byTopic.get(filter);
      return message == null || message.isExpired(nowNanos) ? List.of() : List.of(message);
    }
    return byTopic.values().stream()
        .filter(message -> !message.isExpired(nowNanos))
        .filter(message -> TopicNames.matches(filter, message.topic()))
        .toList();
  }

  int size() {
    return byTopic.size();
  }
}
