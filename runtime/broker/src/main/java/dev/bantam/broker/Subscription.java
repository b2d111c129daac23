package dev.bantam.broker;

import dev.bantam.protocol.TopicNames;
import org.jspecify.annotations.Nullable;

/**
 * One subscription of a session.
 *
 * @param requested the filter as the client wrote it, with {@code $share/GROUP/} if shared
 * @param filter the filter itself
 * @param group name of the shared subscription; null for an ordinary one
 * @param identifier subscription identifier; 0 for none
 */
record Subscription(
    String requested,
    String filter,
    @Nullable String group,
    int qos,
    boolean noLocal,
    boolean retainAsPublished,
    int identifier) {

  /** Parses the filter; null where MQTT's rules forbid it. */
  static @Nullable Subscription parse(
      String requested, int qos, boolean noLocal, boolean retainAsPublished, int identifier) {
    String filter = requested;
    String group = null;
    if (requested.startsWith(TopicNames.SHARE_PREFIX)) {
      int start = TopicNames.SHARE_PREFIX.length();
      int slash = requested.indexOf('/', start);
      if (slash <= start) {
        return null;
      }
      group = requested.substring(start, slash);
      filter = requested.substring(slash + 1);
      if (group.indexOf('+') >= 0 || group.indexOf('#') >= 0 || !TopicNames.isLegal(group)) {
        return null;
      }
    } else if (requested.equals("$share")) {
      return null;
    }
    if (!TopicNames.isLegalFilter(filter)) {
      return null;
    }
    return new Subscription(requested, filter, group, qos, noLocal, retainAsPublished, identifier);
  }

  boolean isShared() {
    return group != null;
  }
}
