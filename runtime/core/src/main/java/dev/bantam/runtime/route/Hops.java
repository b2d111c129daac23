package dev.bantam.runtime.route;

import java.util.Map;

/**
 * How many routes a message came through, in a user property. The configuration finds loops of one
 * device's routes; this ends those over several devices.
 */
final class Hops {

  /** Routes that a message may come through. */
  static final int MOST = 8;

  private static final String PROPERTY = "bantam-hops";

  private Hops() {}

  /** Of a message that arrived. */
  static int of(Map<String, String> userProperties) {
    String text = userProperties.get(PROPERTY);
    if (text == null) {
      return 0;
    }
    return text.matches("\\d{1,3}") ? Math.min(Integer.parseInt(text), MOST) : MOST;
  }

  /** Of what is made of messages. */
  static Map<String, String> after(Batch batch) {
    int most = 0;
    for (RouteMessage message : batch.messages()) {
      most = Math.max(most, message.hops());
    }
    return Map.of(PROPERTY, Integer.toString(Math.min(most + 1, MOST)));
  }

  /** Of what no route shall take. */
  static Map<String, String> last() {
    return Map.of(PROPERTY, Integer.toString(MOST));
  }
}
