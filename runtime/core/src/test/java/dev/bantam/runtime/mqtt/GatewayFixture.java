package dev.bantam.runtime.mqtt;

import dev.bantam.protocol.FleetTopics;
import dev.bantam.protocol.Topics;
import dev.bantam.runtime.config.MqttConfig;
import dev.bantam.runtime.event.DeviceEvents;
import dev.bantam.runtime.event.Event;
import dev.bantam.runtime.event.EventKind;
import dev.bantam.runtime.store.DeviceStore;
import dev.bantam.runtime.store.StoreSettings;
import dev.bantam.testkit.Eventually;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/** A gateway with a fake dispatcher, on its own Vert.x. */
final class GatewayFixture implements AutoCloseable {

  static final Topics TOPICS = new Topics("gw-1");
  static final Duration LIMIT = Duration.ofSeconds(30);

  final Vertx vertx = Vertx.vertx();
  final Context context = vertx.getOrCreateContext();
  final FakeHandler handler;
  final DeviceEvents events;
  final List<Event> told = new CopyOnWriteArrayList<>();
  final MqttGateway gateway;
  final Optional<DeviceStore> store;

  /** Not all that a device says, but something of each. */
  private static final class Self implements SelfPortrait {
    @Override
    public Map<String, Object> status() {
      return Map.of("profile", "test");
    }

    @Override
    public Map<String, Map<String, Object>> reported() {
      return Map.of("main", Map.of("state", "serving"));
    }
  }

  private GatewayFixture(
      MqttConfig config,
      Topics topics,
      List<FleetTopics> fleet,
      FakeHandler handler,
      List<MessageFeed> feeds,
      Optional<Path> file,
      Pace.Set paces) {
    this.handler = handler;
    store = file.map(this::open);
    events =
        new DeviceEvents(context, topics.device()) {
          @Override
          public void tell(Event event) {
            told.add(event);
            super.tell(event);
          }
        };
    CompletableFuture<MqttGateway> started = new CompletableFuture<>();
    context.runOnContext(
        v ->
            MqttGateway.start(
                    context,
                    new GatewaySetup(
                        config,
                        topics,
                        fleet,
                        handler,
                        new Self(),
                        feeds,
                        new Keeping(StoreSettings.DEFAULTS, store),
                        (slot, wish) -> {},
                        events),
                    paces)
                .onSuccess(started::complete)
                .onFailure(started::completeExceptionally));
    gateway = await(started);
  }

  static GatewayFixture start(String url) {
    return start(url, new FakeHandler(), config -> config);
  }

  static GatewayFixture start(String url, FakeHandler handler, UnaryOperator<MqttConfig> change) {
    GatewayFixture fixture = starting(change.apply(MqttConfig.of(URI.create(url))), handler);
    fixture.awaitConnected();
    return fixture;
  }

  /** A device of a fleet. */
  static GatewayFixture member(String url, String device, String group, FakeHandler handler) {
    GatewayFixture fixture = entering(url, device, group, handler);
    fixture.awaitConnected();
    return fixture;
  }

  /** A device of a fleet that connects. */
  static GatewayFixture entering(String url, String device, String group, FakeHandler handler) {
    return new GatewayFixture(
        MqttConfig.of(URI.create(url)),
        new Topics(device),
        List.of(new FleetTopics(group)),
        handler,
        List.of(),
        Optional.empty(),
        Pace.Set.STANDARD);
  }

  /** A gateway that may not find its broker. */
  static GatewayFixture starting(MqttConfig config, FakeHandler handler) {
    return starting(config, handler, Pace.Set.STANDARD);
  }

  /** A gateway that may not find its broker, and waits otherwise between attempts. */
  static GatewayFixture starting(MqttConfig config, FakeHandler handler, Pace.Set paces) {
    return new GatewayFixture(
        config, TOPICS, List.of(), handler, List.of(), Optional.empty(), paces);
  }

  /** A gateway with something else that listens. */
  static GatewayFixture listening(String url, MessageFeed feed) {
    GatewayFixture fixture =
        new GatewayFixture(
            MqttConfig.of(URI.create(url)),
            TOPICS,
            List.of(),
            new FakeHandler(),
            List.of(feed),
            Optional.empty(),
            Pace.Set.STANDARD);
    fixture.awaitConnected();
    return fixture;
  }

  /** A gateway that keeps in a file what its feeds publish, and answers; it may find no broker. */
  static GatewayFixture keeping(
      MqttConfig config, Path file, FakeHandler handler, MessageFeed... feeds) {
    return new GatewayFixture(
        config, TOPICS, List.of(), handler, List.of(feeds), Optional.of(file), Pace.Set.STANDARD);
  }

  private DeviceStore open(Path file) {
    try {
      return DeviceStore.open(file, context, StoreSettings.DEFAULTS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A gateway of another device. */
  static GatewayFixture starting(String device, MqttConfig config, FakeHandler handler) {
    return starting(device, config, handler, Pace.Set.STANDARD);
  }

  /** A gateway of another device, which waits otherwise between attempts. */
  static GatewayFixture starting(
      String device, MqttConfig config, FakeHandler handler, Pace.Set paces) {
    return new GatewayFixture(
        config, new Topics(device), List.of(), handler, List.of(), Optional.empty(), paces);
  }

  /** Waits for a failed attempt to connect and returns what is said about it. */
  String awaitFailure() {
    AtomicReference<String> reason = new AtomicReference<>();
    Eventually.await(
        "an attempt to connect has failed",
        LIMIT,
        () -> {
          if (state() instanceof ConnectionState.Waiting waiting) {
            reason.set(waiting.reason());
          }
          return reason.get() != null;
        });
    return reason.get();
  }

  private ConnectionState state() {
    CompletableFuture<ConnectionState> state = new CompletableFuture<>();
    context.runOnContext(v -> state.complete(gateway.states().values().iterator().next()));
    return await(state);
  }

  /** Waits until the device has something of this kind to tell. */
  Event awaitTold(EventKind kind) {
    Eventually.await("an event " + kind.wireName(), LIMIT, () -> first(kind).isPresent());
    return first(kind).orElseThrow();
  }

  private Optional<Event> first(EventKind kind) {
    return told.stream().filter(event -> event.kind() == kind).findFirst();
  }

  void awaitConnected() {
    Eventually.await("the gateway is connected", LIMIT, this::connected);
  }

  boolean connected() {
    CompletableFuture<Boolean> connected = new CompletableFuture<>();
    context.runOnContext(v -> connected.complete(gateway.connected()));
    return await(connected);
  }

  Map<String, Long> refused() {
    CompletableFuture<Map<String, Long>> refused = new CompletableFuture<>();
    context.runOnContext(v -> refused.complete(gateway.refused()));
    return await(refused);
  }

  void leaveFleet() {
    CompletableFuture<Void> left = new CompletableFuture<>();
    context.runOnContext(v -> gateway.leaveFleet().onSuccess(left::complete));
    await(left);
  }

  CompletableFuture<Void> finishFleet(Duration limit) {
    CompletableFuture<Void> finished = new CompletableFuture<>();
    context.runOnContext(v -> gateway.finishFleet(limit).onSuccess(finished::complete));
    return finished;
  }

  void joinFleet() {
    context.runOnContext(v -> gateway.joinFleet());
  }

  void drain(Duration limit) {
    await(drainLater(limit));
  }

  CompletableFuture<Void> drainLater(Duration limit) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    context.runOnContext(
        v ->
            gateway
                .drainAndClose(limit, () -> {})
                .onSuccess(done::complete)
                .onFailure(done::completeExceptionally));
    return done;
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
    drain(Duration.ZERO);
    store.ifPresent(DeviceStore::close);
    await(vertx.close().toCompletionStage().toCompletableFuture());
  }
}
