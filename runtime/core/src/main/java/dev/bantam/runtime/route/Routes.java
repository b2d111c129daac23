package dev.bantam.runtime.route;

import dev.bantam.runtime.config.OutputTopics;
import dev.bantam.runtime.config.RouteConfig;
import dev.bantam.runtime.config.RoutesConfig;
import dev.bantam.runtime.dispatch.OwnTasks;
import dev.bantam.runtime.dispatch.RequestHandler;
import dev.bantam.runtime.event.Events;
import dev.bantam.runtime.mqtt.MessageFeed;
import io.vertx.core.Context;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All routes of a device: what the gateway listens with, and what answers questions about them.
 * Made and used on the gateway's context.
 */
public final class Routes {

  private static final Logger log = LoggerFactory.getLogger(Routes.class);

  private final String device;
  private final RequestHandler handler;
  private final List<Route> routes = new ArrayList<>();
  private final DropWatch watch;

  /**
   * @param device the device id
   * @param handler takes the routes' requests
   * @param events told when a route drops messages, and when it no longer does
   */
  public Routes(
      Context context, String device, RoutesConfig config, RequestHandler handler, Events events) {
    this.device = device;
    this.handler = handler;
    OutputTopics allowed = new OutputTopics(config.topics(), device);
    Set<String> tasks = handler.tasks();
    for (RouteConfig route : config.routes()) {
      routes.add(new Route(context, route, device, allowed, handler, Clock.systemUTC()));
      route
          .work()
          .map(RouteConfig.Work::task)
          .filter(task -> !tasks.contains(task))
          .ifPresent(
              task ->
                  log.warn(
                      "route {}: no slot serves task \"{}\" now, so all its messages will be errors; there are: {}",
                      route.name(),
                      task,
                      String.join(", ", tasks)));
    }
    this.watch = new DropWatch(context, routes, events);
  }

  /** Watches them no longer. */
  public void close() {
    watch.stop();
  }

  /** One for each route. */
  public List<MessageFeed> feeds() {
    return List.copyOf(routes);
  }

  /** The given handler, with the tasks {@code route-stats} and {@code route-watch}. */
  public RequestHandler withTasks() {
    return new OwnTasks(handler, new RouteTasks(device, routes).all());
  }

  /** The counters of all routes, by name. */
  public Map<String, Map<String, Object>> stats() {
    Map<String, Map<String, Object>> stats = new LinkedHashMap<>();
    routes.forEach(route -> stats.put(route.routeName(), route.stats()));
    return stats;
  }
}
