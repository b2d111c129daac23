package dev.bantam.runtime.config;

import java.nio.file.Path;
import java.util.List;

/**
 * All routes of a device.
 *
 * @param topics topic filters that routes' outputs must match one of
 * @param routes in the file's order
 * @param files that were read for them
 */
public record RoutesConfig(List<String> topics, List<RouteConfig> routes, List<Path> files) {

  /** Wherever a route says, but see {@link OutputTopics}. */
  public static final List<String> ANY_TOPIC = List.of("#");

  public static final RoutesConfig NONE = new RoutesConfig(ANY_TOPIC, List.of(), List.of());

  public RoutesConfig {
    topics = List.copyOf(topics);
    routes = List.copyOf(routes);
    files = List.copyOf(files);
  }
}
