package dev.bantam.simulator.run;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What became of a scenario's messages. Exact: {@code scheduled = sent + acknowledged + dropped +
 * unacknowledged}.
 *
 * @param scheduled messages whose time has come
 * @param sent messages of QoS 0 that went into the socket; nobody says whether they arrived
 * @param acknowledged messages of QoS 1 and 2 that the broker has taken
 * @param dropped messages that were never sent: of QoS 0 while there was no connection, or of any
 *     where too many waited
 * @param unacknowledged messages of QoS 1 and 2 that the broker had not taken at the end
 */
public record MessageCounts(
    long scheduled, long sent, long acknowledged, long dropped, long unacknowledged) {

  /** Messages that are known or feared not to have arrived. */
  public long lost() {
    return dropped + unacknowledged;
  }

  MessageCounts plus(MessageCounts other) {
    return new MessageCounts(
        scheduled + other.scheduled,
        sent + other.sent,
        acknowledged + other.acknowledged,
        dropped + other.dropped,
        unacknowledged + other.unacknowledged);
  }

  /** As JSON's maps and values. */
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("scheduled", scheduled);
    fields.put("sent", sent);
    fields.put("acknowledged", acknowledged);
    fields.put("dropped", dropped);
    fields.put("unacknowledged", unacknowledged);
    return fields;
  }
}
