package dev.bantam.runtime.route;

import dev.bantam.runtime.dispatch.OwnTasks;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.RequestBody;
import dev.bantam.spi.TaskException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Two tasks that no model does: {@code route-stats} answers with the counters, {@code route-watch}
 * makes the routes tell what becomes of their messages for a while.
 */
final class RouteTasks {

  private static final int USUAL_SECONDS = 30;
  private static final int MOST_SECONDS = 600;

  private final String device;
  private final List<Route> routes;

  RouteTasks(String device, List<Route> routes) {
    this.device = device;
    this.routes = routes;
  }

  /** By their names. */
  Map<String, OwnTasks.OwnTask> all() {
    return Map.of("route-stats", body -> stats(chosen(body)), "route-watch", this::watch);
  }

  private List<Route> chosen(RequestBody body) throws TaskException {
    Optional<String> name = body.optionalText("route");
    List<Route> chosen =
        routes.stream()
            .filter(route -> name.isEmpty() || route.routeName().equals(name.get()))
            .toList();
    if (chosen.isEmpty() && name.isPresent()) {
      throw new TaskException(
          ErrorCode.INVALID_REQUEST,
          "this device has no route \"%s\"; its routes are: %s"
              .formatted(
                  name.get(), String.join(", ", routes.stream().map(Route::routeName).toList())));
    }
    return chosen;
  }

  private static Map<String, @Nullable Object> stats(List<Route> chosen) {
    Map<String, Object> stats = new LinkedHashMap<>();
    chosen.forEach(route -> stats.put(route.routeName(), route.stats()));
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("routes", stats);
    return fields;
  }

  private Map<String, @Nullable Object> watch(RequestBody body) throws TaskException {
    OptionalInt seconds = body.optionalInt("seconds", 1, MOST_SECONDS);
    List<Route> chosen = chosen(body);
    Duration time = Duration.ofSeconds(seconds.orElse(USUAL_SECONDS));
    chosen.forEach(route -> route.watch(time));
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("routes", chosen.stream().map(Route::routeName).toList());
    fields.put("topic", RouteTopics.allTraces(device));
    fields.put("seconds", time.toSeconds());
    return fields;
  }
}
