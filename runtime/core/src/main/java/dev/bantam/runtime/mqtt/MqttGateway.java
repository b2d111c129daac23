package dev.bantam.runtime.mqtt;

import dev.bantam.runtime.config.MqttConfig;
import dev.bantam.runtime.store.DeviceStore;
import dev.bantam.runtime.store.SpoolCounts;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The device on MQTT: one control connection ({@code bantam-{device}}) for status, events and
 * cancels, and one work connection a slot ({@code bantam-{device}-{slot}}), which takes as many
 * requests at once as the slot has workers and queue. MQTT acknowledges in order, so on one
 * connection a slow answer would hold up the cancel behind it. Each {@link MessageFeed} has a
 * connection too.
 *
 * <p>Work that is shared with other devices comes by the slots' connections, too.
 */
public final class MqttGateway {

  private static final String WAITING = "waiting";
  private static final Long NOTHING = 0L;

  private final GatewaySetup setup;
  private final RefusalCounts refusals;
  private final Connector connector;
  private final GatewayConnections connections;
  private final Patience patience;
  private final GatewayStop stop;
  private final SessionConflict conflict;
  private final LossWatch losses;
  private final SecretWatch secrets;
  private boolean draining;
  private boolean showsWaiting;

  private MqttGateway(Context context, GatewaySetup setup, Pace.Set paces) {
    this.setup = setup;
    this.refusals = new RefusalCounts(setup.events());
    this.connector = Connector.of(context, setup, paces);
    this.conflict = connector.conflict();
    this.secrets = connector.secrets();
    Exchanges exchanges =
        new Exchanges(
            connector.instance(),
            new AnswerCache(
                setup.keeping().bounds(),
                setup.keeping().store(),
                System::nanoTime,
                System::currentTimeMillis));
    this.connections = connections(exchanges);
    this.losses =
        new LossWatch(
            context, setup.events(), refusals, setup.keeping().store(), this::correctStatus);
    this.patience = new Patience(context);
    this.stop = new GatewayStop(patience, connections, exchanges, setup.handler());
    setup.events().publishBy(connector.instance(), connections.control()::publishEvent);
  }

  private GatewayConnections connections(Exchanges exchanges) {
    RequestLane.Shared shared =
        new RequestLane.Shared(
            setup.topics(),
            setup.fleet(),
            setup.handler(),
            new ReplyTopics(setup.config().replyTopics(), setup.topics().device()),
            exchanges,
            refusals,
            setup.config().strictRpc(),
            () -> draining);
    TaskTopics tasks = new TaskTopics(setup.topics(), setup.fleet(), setup.handler());
    return new GatewayConnections(
        new ControlConnection(
            connector, shared, tasks, setup.wishes(), setup.keeping().store(), this::publishStatus),
        setup.handler().slots().stream()
            .map(slot -> new WorkConnection(connector, slot, tasks, shared, this::publishStatus))
            .toList(),
        setup.feeds().stream().map(this::connection).toList());
  }

  private FeedConnection connection(MessageFeed feed) {
    return new FeedConnection(connector, feed, setup.keeping().store(), this::publishStatus);
  }

  /**
   * Starts the connections and returns at once; they connect, and after a loss reconnect, by
   * themselves. Call on {@code context}, which the handler is then called on too.
   *
   * @return fails if the configuration cannot be used: the address, the password file or the
   *     authorities' file
   */
  public static Future<MqttGateway> start(Context context, GatewaySetup setup) {
    return start(context, setup, Pace.Set.STANDARD);
  }

  /**
   * @param paces how long is waited between attempts to connect
   */
  static Future<MqttGateway> start(Context context, GatewaySetup setup, Pace.Set paces) {
    return context
        .<Boolean>executeBlocking(
            () -> {
              AnswerEncoder.write(Map.of()); // loads the JSON library's classes off the event loop
              requireFiles(context.owner(), setup.config());
              return true;
            })
        .map(
            checked -> {
              MqttGateway gateway = new MqttGateway(context, setup, paces);
              gateway.connections.open();
              gateway.losses.start();
              gateway.secrets.start();
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
    if (config.urls().stream().map(BrokerAddress::of).anyMatch(BrokerAddress::tls)) {
      new BrokerTls(vertx, config.security()).sockets();
    }
  }

  /** Completes once all connections are connected and subscribed for the first time. */
  public Future<Void> ready() {
    return connections.ready();
  }

  /** How the connections stand, by client id. */
  public Map<String, ConnectionState> states() {
    return connections.states();
  }

  /** Whether all connections are there. */
  public boolean connected() {
    return connections.connected();
  }

  /**
   * Completes once the brokers know what is listened to after {@link #beginFeed} and {@link
   * #endFeed}, or after {@code limit}; at once where the device has no connection.
   */
  public Future<Void> listening(Duration limit) {
    return patience.until(limit, () -> connections.listening() || connections.away());
  }

  /** Messages acknowledged without being executed or answered, by reason in lower case. */
  public Map<String, Long> refused() {
    return refusals.counts();
  }

  /** What waits for the broker on the disk: {@code {"waiting","bytes","dropped","lost"}}. */
  public Map<String, Object> spool() {
    SpoolCounts counts = setup.keeping().store().map(DeviceStore::counts).orElse(SpoolCounts.NONE);
    return Map.of(
        WAITING,
        counts.waiting(),
        "bytes",
        counts.bytes(),
        "dropped",
        counts.dropped(),
        "lost",
        counts.lost());
  }

  /** Publishes the status, and what slots report, again, for something in it has changed. */
  public void publishStatus() {
    if (!connected()) {
      return; // "online" means that requests are heard; the last connection to come says it.
    }
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    conflict.status().ifPresent(found -> fields.put("conflict", found));
    Map<String, Object> spool = spool();
    if (!spool.values().stream().allMatch(NOTHING::equals)) {
      fields.put("spool", spool);
    }
    showsWaiting = !NOTHING.equals(spool.get(WAITING));
    setup.self().status().forEach(fields::putIfAbsent);
    connections.control().publishOnline(fields);
    publishReported();
  }

  /** A slot has got or lost its model, or takes more or fewer requests. */
  public void slotsChanged() {
    connections.work().forEach(WorkConnection::slotChanged);
    publishStatus();
  }

  /** Publishes what slots report, where that has changed. */
  public void publishReported() {
    setup.self().reported().forEach(connections.control()::publishReported);
  }

  /** The retained status must not speak for long of messages that wait no more. */
  private void correctStatus() {
    if (showsWaiting && NOTHING.equals(spool().get(WAITING))) {
      publishStatus();
    }
  }

  /** Publishes figures, once; what cannot be sent now is worth nothing later. */
  public void publishTelemetry(Map<String, Object> figures) {
    connections.control().publishTelemetry(figures);
  }

  /**
   * Lets the other devices of the fleets do what this one has not been given yet. Completes when
   * the broker knows, or after a moment if it is away.
   */
  public Future<Void> leaveFleet() {
    return stop.leaveFleet();
  }

  /**
   * After {@link #leaveFleet}, does what the broker had already kept for this device: nobody else
   * will, and the device may never come back. Requests are still taken meanwhile.
   *
   * @return completes when there is no more of it, or after {@code limit}
   */
  public Future<Void> finishFleet(Duration limit) {
    return setup.fleet().isEmpty() ? Future.succeededFuture() : stop.finishFleet(limit);
  }

  /** Takes part in the fleets again, after {@link #leaveFleet}. */
  public void joinFleet() {
    connections.work().forEach(WorkConnection::joinFleet);
  }

  /**
   * Lets what listens to other topics end what it has begun, while requests are still answered: it
   * may have to ask. {@link #drainAndClose} gives up what is left then.
   */
  public Future<Void> drainFeeds(Duration limit) {
    return stop.drainFeeds(limit);
  }

  /**
   * Listens for one more feed, unless the gateway stops. It takes the place of one of its name, and
   * no message is lost between the two.
   */
  public void beginFeed(MessageFeed feed) {
    if (!draining) {
      connections
          .feed(feed.name())
          .ifPresentOrElse(found -> found.change(feed), () -> connections.open(connection(feed)));
    }
  }

  /**
   * Listens no longer for a feed. What has come for it is done, within {@code limit}; then the
   * broker keeps nothing more for it.
   */
  public void endFeed(MessageFeed feed, Duration limit) {
    connections.feed(feed.name()).ifPresent(found -> stop.endFeed(found, limit));
  }

  /**
   * Stops: takes no further requests (the broker keeps those that it holds for the next start),
   * lets those in flight finish, answers what is left after {@code limit} with {@code DRAINING},
   * publishes the status offline and disconnects.
   *
   * @param lastWords run before the device says goodbye, once nothing is in flight
   */
  public Future<Void> drainAndClose(Duration limit, Runnable lastWords) {
    draining = true;
    return stop.drainAndClose(
        limit,
        () -> {
          losses.stop();
          secrets.stop();
          lastWords.run();
        });
  }

  static {
    // Paho logs through java.util.logging and says everything twice; its reasons are in our log.
    java.util.logging.Logger.getLogger("org.eclipse.paho").setLevel(java.util.logging.Level.OFF);
  }
}
