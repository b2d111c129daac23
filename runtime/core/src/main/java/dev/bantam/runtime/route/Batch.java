package dev.bantam.runtime.route;

import java.util.List;

/**
 * Messages of one key that go on together.
 *
 * @param messages in the order in which they came, at least one
 */
record Batch(List<RouteMessage> messages) {

  RouteMessage last() {
    return messages.get(messages.size() - 1);
  }

  int size() {
    return messages.size();
  }

  void acknowledge() {
    messages.forEach(message -> message.acknowledge().run());
  }
}
