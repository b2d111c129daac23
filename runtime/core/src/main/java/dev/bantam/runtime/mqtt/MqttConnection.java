package dev.bantam.runtime.mqtt;

import dev.bantam.runtime.mqtt.ConnectionState.Closed;
import dev.bantam.runtime.mqtt.ConnectionState.Connected;
import dev.bantam.runtime.mqtt.ConnectionState.Connecting;
import dev.bantam.runtime.mqtt.ConnectionState.Waiting;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A connection to the broker that comes back by itself: connects, subscribes, watches, and after a
 * loss does so again, with a growing wait. Messages to publish survive a loss; acknowledgements do
 * not, for the broker sends what was not acknowledged again.
 */
final class MqttConnection {

  /** What a connection brings. All on the context. */
  interface Listener {
    /** Connected and subscribed. Messages that came between the two were told already. */
    void connected(int epoch);

    /**
     * A message.
     *
     * @param epoch the connection it came by
     * @param acknowledge tells the broker that it is done with; goes out once the messages before
     *     it are done with too, and nowhere once the connection is lost
     */
    void message(InboundMessage message, int epoch, Runnable acknowledge);

    /**
     * Published by the broker when a connection is lost.
     *
     * @param epoch the connection's number
     */
    Optional<OutboundMessage> will(int epoch);

    /** The status needs no longer speak of a conflict. */
    void conflictOver();

    /** The connection is gone. */
    default void lost() {}

    /** A message at QoS 0 was lost, for too many were waiting. Called by other threads. */
    default void overflowed(String topic) {}
  }

  private static final long WATCH_MS = 500;
  private static final long HELD_NANOS = Duration.ofSeconds(10).toNanos();
  private static final long SILENCE_NANOS = Duration.ofSeconds(15).toNanos();

  private final Context context;
  private final Connector connector;
  private ConnectionSettings settings;
  private final Listener listener;
  private final Retries retries;
  private final ConnectionNews news;
  private final Subscriptions subscriptions;
  private final Outbox outbox = new Outbox();
  private final Promise<Void> firstConnected = Promise.promise();
  private ConnectionState state = new Connecting(1);
  private int epoch;
  private Optional<BrokerAddress> sessionAt = Optional.empty();
  private boolean cutHere;
  private long since = System.nanoTime();
  private @Nullable PahoSession session;
  private AckQueue acks = new AckQueue(id -> {});
  private long watchTimer = -1;
  private long retryTimer = -1;

  MqttConnection(Connector connector, ConnectionSettings settings, Listener listener) {
    this.context = connector.context();
    this.connector = connector;
    this.retries = new Retries(connector);
    this.news = new ConnectionNews(connector.events());
    this.settings = settings;
    this.subscriptions = new Subscriptions(settings, news);
    this.listener = listener;
  }

  /** Starts connecting. Call once. */
  void open() {
    watchTimer = context.owner().setPeriodic(WATCH_MS, id -> context.runOnContext(v -> watch()));
    connect(1);
  }

  String clientId() {
    return settings.clientId();
  }

  /** Of the broker that it is at, was at last or tries. */
  BrokerAddress address() {
    return settings.address();
  }

  ConnectionState state() {
    return state;
  }

  /** Completes when it is connected and subscribed for the first time. */
  Future<Void> ready() {
    return firstConnected.future();
  }

  /** The broker's limit for what is published. */
  long maxPublishBytes() {
    PahoSession open = session;
    return open == null
        ? ConnackFrame.Limits.NONE.maximumPacketSize()
        : open.limits().maximumPacketSize();
  }

  Future<Outbox.Outcome> publish(OutboundMessage message) {
    return outbox.add(message);
  }

  /** Messages not yet accepted by the broker. */
  int unsent() {
    return outbox.size();
  }

  /** Whether the network or the broker cut the last connection without a word, to this broker. */
  boolean wasCutHere() {
    return cutHere && isBack();
  }

  private boolean isBack() {
    return sessionAt.equals(Optional.of(settings.address()));
  }

  /** From the next attempt to connect on, the broker may send so many messages at once. */
  void receive(int maximum) {
    settings = settings.receiving(maximum);
  }

  /** What it listens to. */
  Subscriptions subscriptions() {
    return subscriptions;
  }

  /** Disconnects cleanly, without the Will. What the outbox still holds is lost. */
  Future<Void> close() {
    PahoSession open = session;
    boolean connected = state instanceof Connected;
    state = new Closed();
    context.owner().cancelTimer(watchTimer);
    context.owner().cancelTimer(retryTimer);
    acks.close();
    outbox.lost();
    subscriptions.lost();
    session = null;
    if (open == null) {
      return Future.succeededFuture();
    }
    if (!connected) {
      open.discard();
      return Future.succeededFuture();
    }
    Promise<Void> done = Promise.promise();
    open.disconnect(done::tryComplete);
    return done.future();
  }

  private void connect(int attempt) {
    epoch++;
    since = System.nanoTime();
    state = new Connecting(attempt);
    settings = settings.at(connector.brokers().current(), listener.will(epoch));
    connector.secrets().look();
    PahoSession opening = new PahoSession(context, settings, new SessionEvents(epoch, attempt));
    session = opening;
    acks = new AckQueue(opening::acknowledge);
    opening.open();
  }

  private void subscribed(PahoSession open, int connectedEpoch) {
    news.connected(settings);
    connector.brokers().connected(settings.address());
    state = new Connected(connectedEpoch);
    sessionAt = Optional.of(settings.address());
    since = System.nanoTime();
    outbox.connected(open);
    listener.connected(connectedEpoch);
    firstConnected.tryComplete();
  }

  private void lost(Loss loss, int attempt) {
    PahoSession gone = session;
    if (gone == null || state instanceof Closed || state instanceof Waiting) {
      return;
    }
    boolean wasConnected = state instanceof Connected;
    if (wasConnected && System.nanoTime() - since > HELD_NANOS) {
      retries.held();
    }
    acks.close();
    outbox.lost();
    subscriptions.lost();
    gone.discard();
    session = null;
    listener.lost();
    if (loss.isTakeOver()) {
      connector.conflict().taken(settings.clientId());
    } else if (wasConnected && loss.isCut()) {
      connector.conflict().cut();
    }
    cutHere = wasConnected ? loss.isCut() : cutHere;
    long delay = retries.delayMs(loss, wasConnected, settings);
    int failed = wasConnected ? 0 : attempt;
    state = new Waiting(failed, delay, loss.reason());
    news.lost(settings, wasConnected, loss, delay);
    retryTimer =
        context
            .owner()
            .setTimer(
                delay,
                id ->
                    context.runOnContext(
                        v -> {
                          if (state instanceof Waiting) {
                            connect(failed + 1);
                          }
                        }));
  }

  /** Paho neither notices that its receiving thread died nor that a broker never answers. */
  private void watch() {
    PahoSession open = session;
    if (connector.conflict().forgetIfOver()) {
      listener.conflictOver();
    }
    if (open == null) {
      return;
    }
    if (open.receiverDied()) {
      lost(open.told().orElse(Loss.of("the receiving thread died")), 1);
    } else if (state instanceof Connected && connector.conflict().pauseMs() > 0) {
      lost(Loss.chosen("the device steps aside for another of its name"), 1);
    } else if (state instanceof Connected && connector.brokers().hasMovedFrom(settings.address())) {
      lost(Loss.chosen("the other connections are at another broker"), 1);
    } else if (state instanceof Connecting connecting
        && System.nanoTime() - since > SILENCE_NANOS) {
      lost(Loss.of("no answer from the broker"), connecting.attempt());
    }
  }

  private final class SessionEvents implements PahoSession.Events {
    private final int own;
    private final int attempt;

    SessionEvents(int own, int attempt) {
      this.own = own;
      this.attempt = attempt;
    }

    @Override
    public void connected(boolean sessionPresent) {
      PahoSession open = session;
      if (own != epoch || open == null) {
        return;
      }
      if (isBack() && !sessionPresent) {
        news.forgotten(settings);
      }
      subscriptions.begin(open, sessionPresent, () -> subscribed(open, own));
    }

    @Override
    public void message(InboundMessage message, int packetId) {
      if (own == epoch && session != null) {
        listener.message(message, own, acks.add(packetId));
      }
    }

    @Override
    public void overflowed(String topic) {
      listener.overflowed(topic);
    }

    @Override
    public void lost(Loss loss) {
      if (own == epoch) {
        MqttConnection.this.lost(loss, attempt);
      }
    }
  }
}
