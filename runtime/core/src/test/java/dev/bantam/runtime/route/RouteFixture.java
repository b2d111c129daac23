package dev.bantam.runtime.route;

import dev.bantam.protocol.Topics;
import dev.bantam.runtime.config.MqttConfig;
import dev.bantam.runtime.config.SiteConfig;
import dev.bantam.runtime.dispatch.Answer;
import dev.bantam.runtime.dispatch.IncomingRequest;
import dev.bantam.runtime.dispatch.RequestHandler;
import dev.bantam.runtime.dispatch.Responder;
import dev.bantam.runtime.event.DeviceEvents;
import dev.bantam.runtime.mqtt.GatewaySetup;
import dev.bantam.runtime.mqtt.Keeping;
import dev.bantam.runtime.mqtt.MqttGateway;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.ModelReference;
import dev.bantam.spi.TaskException;
import dev.bantam.spi.TaskResult;
import dev.bantam.testkit.Eventually;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A gateway with routes and a fake model, which says what it was asked. */
final class RouteFixture implements AutoCloseable {

  static final Duration LIMIT = Duration.ofSeconds(60);
  static final ModelReference MODEL = ModelReference.of("fake", "1", "q8");

  final Vertx vertx = Vertx.vertx();
  final Context context = vertx.getOrCreateContext();
  private final DeviceEvents events = new DeviceEvents(context, "gw-1");
  final FakeModel model = new FakeModel();
  final MqttGateway gateway;
  private final Routes routes;

  RouteFixture(String url, String routeYaml) {
    SiteConfig site = RouteConfigs.site(routeYaml);
    routes = get(() -> new Routes(context, "gw-1", site.routes(), model, events));
    gateway =
        await(
            supply(
                () ->
                    MqttGateway.start(
                            context,
                            new GatewaySetup(
                                MqttConfig.of(URI.create(url)),
                                new Topics("gw-1"),
                                List.of(),
                                routes.withTasks(),
                                Map::of,
                                routes.feeds(),
                                Keeping.IN_MEMORY,
                                (slot, wish) -> {},
                                events))
                        .toCompletionStage()
                        .toCompletableFuture()));
    Eventually.await("connected", LIMIT, () -> get(gateway::connected));
  }

  /** Task {@code say} repeats the prompt; it can be made to wait, to be busy and to be slow. */
  final class FakeModel implements RequestHandler {

    private final Deque<Runnable> held = new ArrayDeque<>();
    private boolean holds;
    private int busy;
    private long delayMs;
    final AtomicLong asked = new AtomicLong();

    void hold() {
      get(() -> holds = true);
    }

    void release() {
      get(
          () -> {
            holds = false;
            while (!held.isEmpty()) {
              held.remove().run();
            }
            return true;
          });
    }

    void busyFor(int requests) {
      get(() -> busy = requests);
    }

    void slow(long ms) {
      get(() -> delayMs = ms);
    }

    @Override
    public void dispatch(IncomingRequest request, Responder responder) {
      asked.incrementAndGet();
      if (!request.task().equals("say")) {
        responder.fail(new TaskException(ErrorCode.UNKNOWN_TASK, "there is say only"));
      } else if (busy > 0) {
        busy--;
        responder.fail(new TaskException(ErrorCode.BUSY, "busy", null, Duration.ofMillis(5)));
      } else if (holds) {
        held.add(() -> answer(request, responder));
      } else if (delayMs > 0) {
        vertx.setTimer(delayMs, id -> context.runOnContext(v -> answer(request, responder)));
      } else {
        answer(request, responder);
      }
    }

    private void answer(IncomingRequest request, Responder responder) {
      String text = String.valueOf(request.body().fields().get("prompt"));
      TaskResult result =
          new TaskResult(
              text, Optional.empty(), Optional.empty(), Optional.empty(), Map.of("label", text));
      responder.answer(new Answer(result, MODEL, "main", 0));
    }

    @Override
    public boolean cancel(String key) {
      return false;
    }

    @Override
    public List<ServedSlot> slots() {
      return List.of(new ServedSlot("main", Set.of("say"), 8));
    }
  }

  /** The counters of the route {@code r}. */
  Map<String, Object> stats() {
    return get(() -> routes.stats().getOrDefault("r", Map.of()));
  }

  long count(String what) {
    return ((Number) stats().getOrDefault(what, -1L)).longValue();
  }

  /** Waits until so many messages came and all have ended. */
  void awaitEnded(long messages) {
    Eventually.await(
        messages + " messages have ended",
        LIMIT,
        () -> count("in") == messages && count("pending") == 0);
  }

  /** Whether every message is accounted for. */
  boolean addsUp() {
    return count("in")
        == count("out") + count("filtered") + count("dropped") + count("errors") + count("pending");
  }

  <T> T get(Callable<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    context.runOnContext(
        v -> {
          try {
            result.complete(work.call());
          } catch (Exception e) {
            result.completeExceptionally(e);
          }
        });
    return await(result);
  }

  private <T> CompletableFuture<T> supply(Callable<CompletableFuture<T>> work) {
    return get(work);
  }

  static <T> T await(CompletableFuture<T> future) {
    try {
      return future.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("not within " + LIMIT, e);
    }
  }

  @Override
  public void close() {
    await(
        supply(
            () ->
                gateway
                    .drainAndClose(Duration.ofMillis(500), () -> {})
                    .toCompletionStage()
                    .toCompletableFuture()));
    await(vertx.close().toCompletionStage().toCompletableFuture());
  }
}
