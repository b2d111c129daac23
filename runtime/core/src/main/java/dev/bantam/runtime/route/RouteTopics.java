package dev.bantam.runtime.route;

import dev.bantam.protocol.Topics;

/** The topics that routes have of themselves. */
final class RouteTopics {

  private RouteTopics() {}

  /** What becomes of a route's messages, while somebody watches. */
  static String trace(String device, String route) {
    return new Topics(device).base() + "/route/" + route + "/trace";
  }

  static String allTraces(String device) {
    return new Topics(device).base() + "/route/+/trace";
  }
}
