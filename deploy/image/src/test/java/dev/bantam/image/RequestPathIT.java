package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.inference.generation.GenerationLoop;
import dev.bantam.plugins.textgeneration.TextGenerationPlugin;
import dev.bantam.protocol.Topics;
import dev.bantam.runtime.BantamRuntime;
import dev.bantam.runtime.config.MqttConfig;
import dev.bantam.runtime.dispatch.Answer;
import dev.bantam.runtime.dispatch.IncomingRequest;
import dev.bantam.runtime.dispatch.MemoryLedger;
import dev.bantam.runtime.dispatch.RequestDispatcher;
import dev.bantam.runtime.dispatch.RequestHandler;
import dev.bantam.runtime.dispatch.Responder;
import dev.bantam.runtime.dispatch.SlotLimits;
import dev.bantam.runtime.dispatch.SlotWorkers;
import dev.bantam.runtime.event.DeviceEvents;
import dev.bantam.runtime.mqtt.GatewaySetup;
import dev.bantam.runtime.mqtt.Keeping;
import dev.bantam.runtime.mqtt.MqttGateway;
import dev.bantam.runtime.slot.ModelSlot;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.EventSink;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.LoadedModel;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import dev.bantam.spi.TaskException;
import dev.bantam.spi.TaskRequest;
import dev.bantam.spi.TaskResult;
import dev.bantam.testkit.Eventually;
import dev.bantam.testkit.Mosquitto;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One request on its way through the six hops, each named by its class, with the real model, over a
 * real mosquitto:
 *
 * <ol>
 *   <li>{@link MqttGateway} decodes the PUBLISH and moves to the Vert.x context
 *   <li>{@link RequestDispatcher} admits it
 *   <li>{@link ModelSlot} leases it one model version, before it is queued
 *   <li>{@link LoadedModel} is the plugin's handler, on a worker thread
 *   <li>{@link GenerationLoop} makes the text
 *   <li>{@code ResponsePublisher} answers, and then acknowledges the request
 * </ol>
 *
 * The parts are the real ones; between each two of them the test listens.
 */
@Timeout(120)
class RequestPathIT {

  private static final List<String> HOPS =
      List.of(
          "mqtt.MqttGateway",
          "dispatch.RequestDispatcher",
          "slot.ModelSlot",
          "spi.LoadedModel",
          "inference.generation.GenerationLoop",
          "mqtt.ResponsePublisher");
  private static final Pattern README_HOP =
      Pattern.compile("(?m)^\\d\\. `([a-z.]+\\.[A-Z][A-Za-z]+)(?:\\.[a-z]\\w*\\(\\))?`");
  private static final Pattern JAVADOC_HOP =
      Pattern.compile("<li>\\{@code ([a-z.]+\\.[A-Z][A-Za-z]+)(?:\\.[a-z]\\w*\\(\\))?\\}");

  private static final String BASE = "bantam/v1/device/path-1";
  private static final String ACKNOWLEDGED = "Received PUBACK from bantam-path-1-assistant";
  private static final ModelReference OTHER = ModelReference.of("other", "1", "none");

  private final List<String> passed = new CopyOnWriteArrayList<>();

  @Test
  void shouldNameTheSameSixClassesInTheReadmeAndInThePackage() throws Exception {
    // Given
    Path root = BantamProcess.root();
    Path manual =
        root.resolve("runtime/core/src/main/java")
            .resolve(BantamRuntime.class.getPackageName().replace('.', '/'))
            .resolve("package-info.java");

    // When / Then
    assertThat(names(README_HOP, root.resolve("README.md"))).isEqualTo(HOPS);
    assertThat(names(JAVADOC_HOP, manual)).isEqualTo(HOPS);
    for (String hop : HOPS) {
      assertThat(classOf(hop)).as(hop).isNotNull();
    }
  }

  private static List<String> names(Pattern pattern, Path file) throws IOException {
    String text = Files.readString(file).replaceAll("\\s*\\n \\* +", " ");
    return pattern
        .matcher(pattern == README_HOP ? Files.readString(file) : text)
        .results()
        .map((MatchResult found) -> found.group(1))
        .toList();
  }

  /** Names in the lists leave out {@code dev.bantam} and {@code dev.bantam.runtime}. */
  private static Class<?> classOf(String hop) throws ClassNotFoundException {
    try {
      return Class.forName("dev.bantam.runtime." + hop);
    } catch (ClassNotFoundException e) {
      return Class.forName("dev.bantam." + hop);
    }
  }

  @Test
  void shouldTakeARequestThroughSixHops(@TempDir Path folder) throws Exception {
    // Given
    ModelFiles files = SmolLm2.files();
    LoadedModel model =
        new Listening(new TextGenerationPlugin().load(files, LoadContext.of(2, 512)));
    ModelSlot slot = new ModelSlot("assistant", files.reference(), model, Runnable::run);
    SlotWorkers workers =
        new SlotWorkers(slot, Set.of("chat"), new SlotLimits(1, 1, Duration.ofSeconds(60)));
    Vertx vertx = Vertx.vertx();
    Context context = vertx.getOrCreateContext();
    try (Mosquitto broker = Mosquitto.start(folder, "log_type all")) {
      RequestHandler handler =
          new Admission(
              new RequestDispatcher(context, List.of(workers), MemoryLedger.unbounded()), slot);
      MqttGateway gateway = await(start(context, broker, handler));
      await(onContext(context, gateway::ready));

      // When
      BantamProcess client =
          BantamProcess.run(
              Duration.ofSeconds(60),
              new MosquittoClients(broker.port())
                  .request(BASE, "chat", "-m", "{\"prompt\":\"hi\",\"max_tokens\":4}"));

      // Then
      assertThat(client.output()).contains("\"model\":\"" + files.reference());
      assertThat(passed.stream().distinct()).containsExactlyElementsOf(HOPS);
      assertThat(slot.state().reference()).as("the slot's model by now").isEqualTo(OTHER);
      // The client has its answer before the broker has the request's acknowledgement.
      Eventually.await(
          "the request is acknowledged",
          Duration.ofSeconds(10),
          () -> broker.log().contains(ACKNOWLEDGED));
      assertAcknowledgedAfterTheAnswer(broker.log());
      await(onContext(context, () -> gateway.drainAndClose(Duration.ofSeconds(5), () -> {})));
    } finally {
      slot.drain(Duration.ofSeconds(5)).get(10, TimeUnit.SECONDS);
      workers.shutdown();
      await(vertx.close());
    }
  }

  private static Future<MqttGateway> start(
      Context context, Mosquitto broker, RequestHandler handler) {
    return onContext(
        context,
        () ->
            MqttGateway.start(
                context,
                new GatewaySetup(
                    MqttConfig.of(URI.create(broker.url())),
                    new Topics("path-1"),
                    List.of(),
                    handler,
                    Map::of,
                    List.of(),
                    Keeping.IN_MEMORY,
                    (slot, wish) -> {},
                    new DeviceEvents(context, "path-1"))));
  }

  /** Without the request's PUBACK the broker would keep it; before the answer's, lose it. */
  private static void assertAcknowledgedAfterTheAnswer(String log) {
    int answer = log.lastIndexOf("Received PUBLISH from bantam-path-1-assistant");
    int taken = log.lastIndexOf("Sending PUBACK to bantam-path-1-assistant");
    int acknowledged = log.lastIndexOf(ACKNOWLEDGED);
    assertThat(answer).as(log).isPositive().isLessThan(taken);
    assertThat(taken).as(log).isLessThan(acknowledged);
  }

  private static <T> Future<T> onContext(Context context, Supplier<Future<T>> work) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(nothing -> work.get().onComplete(promise));
    return promise.future();
  }

  private static List<String> callers() {
    return StackWalker.getInstance()
        .walk(frames -> frames.map(StackWalker.StackFrame::getClassName).toList());
  }

  private static <T> T await(Future<T> future) throws Exception {
    CompletableFuture<T> done = future.toCompletionStage().toCompletableFuture();
    return done.get(60, TimeUnit.SECONDS);
  }

  /** Between the gateway and the dispatcher, and between the dispatcher and its responder. */
  private final class Admission implements RequestHandler {

    private final RequestDispatcher dispatcher;
    private final ModelSlot slot;

    Admission(RequestDispatcher dispatcher, ModelSlot slot) {
      this.dispatcher = dispatcher;
      this.slot = slot;
    }

    @Override
    public void dispatch(IncomingRequest request, Responder responder) {
      assertThat(Context.isOnEventLoopThread()).isTrue();
      assertThat(request.task()).isEqualTo("chat");
      passed.add("mqtt.MqttGateway");
      dispatcher.dispatch(request, new Listener(responder));
      assertThat(dispatcher.inFlight()).isEqualTo(1);
      passed.add("dispatch.RequestDispatcher");
      // The request has its lease by now, so another model in the slot does not touch it.
      slot.replace(OTHER, new NoModel(), Duration.ofSeconds(30), Duration.ZERO);
      passed.add("slot.ModelSlot");
      released.complete(null);
    }

    @Override
    public boolean cancel(String key) {
      return dispatcher.cancel(key);
    }

    @Override
    public List<ServedSlot> slots() {
      return dispatcher.slots();
    }
  }

  /** Holds the worker back until the dispatcher's part has been looked at. */
  private final CompletableFuture<Void> released = new CompletableFuture<>();

  /** Between the worker and the plugin's handler, and between the generator and its sink. */
  private final class Listening implements LoadedModel {

    private final LoadedModel plugin;

    Listening(LoadedModel plugin) {
      this.plugin = plugin;
    }

    @Override
    public TaskResult handle(TaskRequest request, EventSink sink, CancellationToken cancellation)
        throws TaskException {
      released.join();
      assertThat(Thread.currentThread().getName()).startsWith("bantam-slot-assistant-");
      passed.add("spi.LoadedModel");
      return plugin.handle(
          request,
          text -> {
            assertThat(callers()).contains(GenerationLoop.class.getName());
            passed.add("inference.generation.GenerationLoop");
            sink.delta(text);
          },
          cancellation);
    }

    @Override
    public void close() {
      plugin.close();
    }
  }

  /** Between the dispatcher and what answers. */
  private final class Listener implements Responder {

    private final Responder responder;

    Listener(Responder responder) {
      this.responder = responder;
    }

    @Override
    public void chunk(int index, String text) {
      responder.chunk(index, text);
    }

    @Override
    public void answer(Answer answer) {
      passed.add("mqtt." + responder.getClass().getSimpleName());
      responder.answer(answer);
    }

    @Override
    public void fail(TaskException error) {
      passed.add(String.valueOf(error.getMessage()));
      responder.fail(error);
    }
  }

  private static final class NoModel implements LoadedModel {
    @Override
    public TaskResult handle(TaskRequest request, EventSink sink, CancellationToken cancellation) {
      return TaskResult.ofText("the wrong model");
    }

    @Override
    public void close() {}
  }
}
