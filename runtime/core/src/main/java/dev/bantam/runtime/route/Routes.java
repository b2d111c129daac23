package dev.bantam.runtime.route;

import dev.bantam.runtime.config.OutputTopics;
import dev.bantam.runtime.config.RouteConfig;
import dev.bantam.runtime.config.RoutesConfig;
import dev.bantam.runtime.dispatch.OwnTasks;
import dev.bantam.runtime.dispatch.RequestHandler;
import dev.bantam.runtime.event.Events;
import dev.bantam.runtime.mqtt.MessageFeed;
import dev.bantam.runtime.mqtt.MqttGateway;
import io.vertx.core.Context;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All routes of a device: what the gateway listens with, and what answers questions about them.
 * Made and used on the gateway's context.
 */
public final class Routes {

  private static final Logger log = LoggerFactory.getLogger(Routes.class);

  /** What a route that is taken away may take to end what it has begun. */
  private static final Duration END_LIMIT = Duration.ofMinutes(1);

  private final Context context;
  private final String device;
  private final RequestHandler handler;
  private final List<Route> routes = new ArrayList<>();
  private final DropWatch watch;
  private List<String> topics;

  /**
   * @param device the device id
   * @param handler takes the routes' requests
   * @param events told when a route drops messages, and when it no longer does
   */
  public Routes(
      Context context, String device, RoutesConfig config, RequestHandler handler, Events events) {
    this.context = context;
    this.device = device;
    this.handler = handler;
    this.topics = config.topics();
    this.watch = new DropWatch(context, events);
    config.routes().forEach(route -> routes.add(made(route)));
    watch.watch(routes);
  }

  private Route made(RouteConfig config) {
    Set<String> tasks = handler.tasks();
    config
        .work()
        .map(RouteConfig.Work::task)
        .filter(task -> !tasks.contains(task))
        .ifPresent(
            task ->
                log.warn(
                    "route {}: no slot serves task \"{}\" now, so all its messages will be errors; there are: {}",
                    config.name(),
                    task,
                    String.join(", ", tasks)));
    return new Route(
        context, config, device, new OutputTopics(topics, device), handler, Clock.systemUTC());
  }

  /**
   * Goes on with other routes. Those that are as before know nothing of it; a changed one takes the
   * place of the one before, which ends what it has begun, so that no message is lost. Counters of
   * new and changed ones begin at zero.
   *
   * @param gateway over which the present ones listen
   * @return the names of those that are new, changed or gone
   */
  public List<String> change(RoutesConfig next, MqttGateway gateway) {
    boolean all = !next.topics().equals(topics);
    topics = next.topics();
    List<Route> before = List.copyOf(routes);
    List<String> changed = new ArrayList<>();
    routes.clear();
    for (RouteConfig config : next.routes()) {
      Optional<Route> same = named(before, config.name());
      if (same.isPresent() && !all && same.get().config().equals(config)) {
        routes.add(same.get());
      } else {
        Route route = made(config);
        routes.add(route);
        gateway.beginFeed(route);
        changed.add(config.name());
      }
    }
    for (Route old : before) {
      if (named(routes, old.routeName()).isEmpty()) {
        gateway.endFeed(old, END_LIMIT);
        changed.add(old.routeName());
      }
    }
    watch.watch(routes);
    return changed;
  }

  private static Optional<Route> named(List<Route> routes, String name) {
    return routes.stream().filter(route -> route.routeName().equals(name)).findFirst();
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
