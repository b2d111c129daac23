package dev.bantam.runtime.mqtt;

import dev.bantam.protocol.FleetTopics;
import dev.bantam.protocol.Topics;
import dev.bantam.runtime.config.MqttConfig;
import dev.bantam.runtime.dispatch.RequestHandler;
import dev.bantam.runtime.dispatch.RequestHandler.ServedSlot;
import dev.bantam.runtime.store.DeviceStore;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The device on MQTT: one control connection ({@code bantam-{device}}) for status and cancels, and
 * one work connection a slot ({@code bantam-{device}-{slot}}), which takes as many requests at once
 * as the slot has workers and queue. MQTT acknowledges in order, so on one connection a slow answer
 * would hold up the cancel behind it. Each {@link MessageFeed} has a connection too.
 *
 * <p>Work that is shared with other devices comes by the slots' connections, too.
 *
 * <p>With one slot its connection hears all tasks. With several each hears its own, and the control
 * connection answers requests for tasks that nobody serves.
 */
public final class MqttGateway {

  private static final long POLL_MS = 20;
  private static final Duration FLUSH_LIMIT = Duration.ofSeconds(3);

  private final Context context;
  private final Topics topics;
  private final List<FleetTopics> fleet;
  private final Supplier<? extends Map<String, ? extends @Nullable Object>> status;
  private final RequestHandler handler;
  private final Exchanges exchanges;
  private final RefusalCounts refusals = new RefusalCounts();
  private final ControlConnection control;
  private final List<WorkConnection> work = new ArrayList<>();
  private final List<FeedConnection> feeds = new ArrayList<>();
  private final SessionConflict conflict;
  private final Keeping keeping;
  private boolean draining;

  private MqttGateway(
      Context context,
      MqttConfig config,
      Topics topics,
      List<FleetTopics> fleet,
      RequestHandler handler,
      Supplier<? extends Map<String, ? extends @Nullable Object>> status,
      List<? extends MessageFeed> listening,
      Keeping keeping,
      Pace.Set paces) {
    this.context = context;
    this.topics = topics;
    this.fleet = fleet;
    this.status = status;
    this.handler = handler;
    this.keeping = keeping;
    Connector connector = Connector.of(context, config, topics, paces);
    this.exchanges =
        new Exchanges(
            connector.instance(),
            new AnswerCache(
                keeping.bounds(), keeping.store(), System::nanoTime, System::currentTimeMillis));
    this.conflict = connector.conflict();
    RequestLane.Shared shared =
        new RequestLane.Shared(
            topics,
            fleet,
            handler,
            new ReplyTopics(config.replyTopics(), topics.device()),
            exchanges,
            refusals,
            config.strictRpc(),
            () -> draining);
    List<ServedSlot> slots = handler.slots();
    boolean single = slots.size() == 1;
    for (ServedSlot slot : slots) {
      Predicate<String> serves = single ? task -> true : task -> isFirstFor(slot, task);
      work.add(
          new WorkConnection(
              connector,
              slot,
              single ? allTasks() : tasksOf(slot),
              fleetTasksOf(slot),
              shared,
              serves,
              this::publishStatus));
    }
    control =
        new ControlConnection(
            connector,
            shared,
            single ? List.of() : allTasks(),
            task -> !single && !handler.tasks().contains(task),
            this::publishStatus);
    listening.forEach(
        feed ->
            feeds.add(new FeedConnection(connector, feed, keeping.store(), this::publishStatus)));
  }

  /**
   * Starts the connections and returns at once; they connect, and after a loss reconnect, by
   * themselves. Call on {@code context}, which the handler is then called on too.
   *
   * @param fleet the groups whose work the device shares with others
   * @param status the fields of the retained status beside {@code state} and {@code device}; asked
   *     at each connect and each {@link #publishStatus}
   * @param feeds what else listens
   * @param keeping what is kept of answers and messages
   * @return fails if the configuration cannot be used: the address, the password file or the
   *     authorities' file
   */
  public static Future<MqttGateway> start(
      Context context,
      MqttConfig config,
      Topics topics,
      List<FleetTopics> fleet,
      RequestHandler handler,
      Supplier<? extends Map<String, ? extends @Nullable Object>> status,
      List<? extends MessageFeed> feeds,
      Keeping keeping) {
    return start(
        context, config, topics, fleet, handler, status, feeds, keeping, Pace.Set.STANDARD);
  }

  /**
   * @param paces how long is waited between attempts to connect
   */
  static Future<MqttGateway> start(
      Context context,
      MqttConfig config,
      Topics topics,
      List<FleetTopics> fleet,
      RequestHandler handler,
      Supplier<? extends Map<String, ? extends @Nullable Object>> status,
      List<? extends MessageFeed> feeds,
      Keeping keeping,
      Pace.Set paces) {
    return context
        .<Boolean>executeBlocking(
            () -> {
              AnswerEncoder.write(Map.of()); // loads the JSON library's classes off the event loop
              requireFiles(context.owner(), config);
              return true;
            })
        .map(
            checked -> {
              MqttGateway gateway =
                  new MqttGateway(
                      context, config, topics, fleet, handler, status, feeds, keeping, paces);
              gateway.control.connection().open();
              gateway.work.forEach(w -> w.connection().open());
              gateway.feeds.forEach(f -> f.connection().open());
              return gateway;
            });
  }

  /** Tells a wrong file at the start; later the connections say it, and try again. */
  private static void requireFiles(Vertx vertx, MqttConfig config) throws IOException {
    var login = BrokerLogin.of(config.security());
    if (login.isPresent()) {
      login.get().username().read();
      if (login.get().password().isPresent()) {
        login.get().password().get().read();
      }
    }
    new BrokerTls(vertx, config.security()).sockets();
  }

  private List<String> allTasks() {
    return List.of(topics.taskFilter(), topics.askFilter());
  }

  private List<String> tasksOf(ServedSlot slot) {
    return slot.tasks().stream()
        .filter(task -> isFirstFor(slot, task))
        .sorted()
        .flatMap(task -> Stream.of(topics.task(task), topics.base() + "/ask/+/" + task))
        .toList();
  }

  private List<String> fleetTasksOf(ServedSlot slot) {
    return slot.tasks().stream()
        .filter(task -> isFirstFor(slot, task))
        .sorted()
        .flatMap(task -> fleet.stream().map(group -> group.shared(task)))
        .toList();
  }

  private boolean isFirstFor(ServedSlot slot, String task) {
    return handler.slots().stream()
        .filter(other -> other.tasks().contains(task))
        .findFirst()
        .filter(first -> first.name().equals(slot.name()))
        .isPresent();
  }

  /** Completes once all connections are connected and subscribed for the first time. */
  public Future<Void> ready() {
    return Future.all(connections().map(MqttConnection::ready).toList()).mapEmpty();
  }

  /** How the connections stand, by client id. */
  public Map<String, ConnectionState> states() {
    Map<String, ConnectionState> states = new LinkedHashMap<>();
    connections().forEach(c -> states.put(c.clientId(), c.state()));
    return states;
  }

  /** Whether all connections are there. */
  public boolean connected() {
    return connections().allMatch(c -> c.state() instanceof ConnectionState.Connected);
  }

  /** Messages acknowledged without being executed or answered, by reason in lower case. */
  public Map<String, Long> refused() {
    Map<String, Long> counts = new TreeMap<>();
    refusals.counts().forEach((reason, n) -> counts.put(reason.name().toLowerCase(Locale.ROOT), n));
    return counts;
  }

  /** {@code {"waiting","bytes","dropped","lost"}}, unless all of it is 0. */
  private Optional<Map<String, Object>> spoolStatus() {
    return keeping
        .store()
        .map(DeviceStore::counts)
        .filter(c -> c.waiting() + c.dropped() + c.lost() > 0)
        .map(
            c ->
                Map.of(
                    "waiting", c.waiting(),
                    "bytes", c.bytes(),
                    "dropped", c.dropped(),
                    "lost", c.lost()));
  }

  /** Publishes the status again, for something in it has changed. */
  public void publishStatus() {
    if (!connected()) {
      return; // "online" means that requests are heard; the last connection to come says it.
    }
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    conflict.status().ifPresent(found -> fields.put("conflict", found));
    spoolStatus().ifPresent(found -> fields.put("spool", found));
    status.get().forEach(fields::putIfAbsent);
    control.publishOnline(fields);
  }

  /**
   * Lets the other devices of the fleets do what this one has not been given yet. Completes when
   * the broker knows, or after a moment if it is away.
   */
  public Future<Void> leaveFleet() {
    List<Future<Void>> left = work.stream().map(WorkConnection::leaveFleet).toList();
    return until(FLUSH_LIMIT, () -> !connected() || left.stream().allMatch(Future::isComplete));
  }

  /** Takes part in the fleets again, after {@link #leaveFleet}. */
  public void joinFleet() {
    work.forEach(WorkConnection::joinFleet);
  }

  /**
   * Lets what listens to other topics end what it has begun, while requests are still answered: it
   * may have to ask. {@link #drainAndClose} gives up what is left then.
   */
  public Future<Void> drainFeeds(Duration limit) {
    feeds.forEach(f -> f.feed().drain());
    return until(limit, () -> feeds.stream().allMatch(f -> f.feed().idle()));
  }

  /**
   * Stops: takes no further requests (the broker keeps those that it holds for the next start),
   * lets those in flight finish, answers what is left after {@code limit} with {@code DRAINING},
   * publishes the status offline and disconnects.
   */
  public Future<Void> drainAndClose(Duration limit) {
    draining = true;
    work.forEach(WorkConnection::drain);
    feeds.forEach(f -> f.feed().drain());
    return until(limit, this::idle)
        .compose(
            nothing -> {
              exchanges.inFlight().forEach(this::giveUp);
              return until(FLUSH_LIMIT, this::flushed);
            })
        .compose(
            nothing -> {
              return Future.join(feeds.stream().map(FeedConnection::keepTheRest).toList());
            })
        .compose(
            nothing -> {
              control.publishOffline();
              return until(FLUSH_LIMIT, this::flushed);
            })
        .compose(nothing -> Future.join(connections().map(MqttConnection::close).toList()))
        .mapEmpty();
  }

  private boolean idle() {
    return exchanges.inFlight().isEmpty() && feeds.stream().allMatch(f -> f.feed().idle());
  }

  private void giveUp(Exchanges.Exchange exchange) {
    exchange
        .publisher()
        .ifPresent(
            publisher ->
                publisher.fail(
                    new TaskException(
                        ErrorCode.DRAINING,
                        "the runtime stops before the answer is complete; ask again in a moment",
                        null,
                        Duration.ofSeconds(5))));
    handler.cancel(exchange.id());
  }

  private boolean flushed() {
    return connections()
        .allMatch(c -> c.unsent() == 0 || !(c.state() instanceof ConnectionState.Connected));
  }

  private Future<Void> until(Duration limit, BooleanSupplier condition) {
    if (condition.getAsBoolean()) {
      return Future.succeededFuture();
    }
    Promise<Void> done = Promise.promise();
    long end = System.nanoTime() + limit.toNanos();
    context
        .owner()
        .setPeriodic(
            POLL_MS,
            id ->
                context.runOnContext(
                    v -> {
                      if (condition.getAsBoolean() || System.nanoTime() - end > 0) {
                        context.owner().cancelTimer(id);
                        done.tryComplete();
                      }
                    }));
    return done.future();
  }

  private Stream<MqttConnection> connections() {
    return Stream.concat(
        Stream.concat(
            Stream.of(control.connection()), work.stream().map(WorkConnection::connection)),
        feeds.stream().map(FeedConnection::connection));
  }

  static {
    // Paho logs through java.util.logging and says everything twice; its reasons are in our log.
    java.util.logging.Logger.getLogger("org.eclipse.paho").setLevel(java.util.logging.Level.OFF);
  }
}
