package dev.bantam.runtime.route;

import dev.bantam.runtime.dispatch.Answer;
import dev.bantam.runtime.dispatch.IncomingRequest;
import dev.bantam.runtime.dispatch.RequestHandler;
import dev.bantam.runtime.dispatch.Responder;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.ModelReference;
import dev.bantam.spi.RequestBody;
import dev.bantam.spi.TaskException;
import dev.bantam.spi.TaskResult;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Two tasks that no model does: {@code route-stats} answers with the counters, {@code route-watch}
 * makes the routes tell what becomes of their messages for a while. Both are answered at once.
 */
final class RouteTasks implements RequestHandler {

  static final String STATS = "route-stats";
  static final String WATCH = "route-watch";

  private static final int USUAL_SECONDS = 30;
  private static final int MOST_SECONDS = 600;
  private static final ModelReference NO_MODEL = ModelReference.parse("bantam");

  private final RequestHandler others;
  private final String device;
  private final List<Route> routes;

  RouteTasks(RequestHandler others, String device, List<Route> routes) {
    this.others = others;
    this.device = device;
    this.routes = routes;
  }

  @Override
  public void dispatch(IncomingRequest request, Responder responder) {
    try {
      switch (request.task()) {
        case STATS -> responder.answer(answer(stats(chosen(request.body()))));
        case WATCH -> responder.answer(answer(watch(request.body())));
        default -> others.dispatch(request, responder);
      }
    } catch (TaskException e) {
      responder.fail(e);
    }
  }

  private static Answer answer(Map<String, @Nullable Object> fields) {
    return new Answer(
        new TaskResult("", Optional.empty(), Optional.empty(), Optional.empty(), fields),
        NO_MODEL,
        "runtime",
        0);
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

  @Override
  public boolean cancel(String key) {
    return others.cancel(key);
  }

  @Override
  public List<ServedSlot> slots() {
    return others.slots();
  }
}
