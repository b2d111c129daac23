package dev.bantam.runtime.mqtt;

import io.vertx.core.Context;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One network connection: a Paho client that is used once and thrown away, so that nothing of it
 * (packet identifiers, acknowledgements, half-sent messages) can leak into the next connection.
 * Events arrive on the context; none after {@link #discard}. Paho's callbacks only copy and hop.
 */
final class PahoSession {

  /**
   * Paho wants an address and resolves its host name before it asks for a socket; {@link
   * PahoSockets} gives it one that is connected to the real broker.
   */
  private static final String UNUSED_ADDRESS = "tcp://127.0.0.1";

  /** What happens on a connection. All on the context. */
  interface Events {
    void connected(boolean sessionPresent);

    /**
     * @param packetId what {@link #acknowledge} wants; 0 at QoS 0
     */
    void message(InboundMessage message, int packetId);

    /** A message at QoS 0 was lost, for too many were waiting. On Paho's thread. */
    void overflowed(String topic);

    /** The connection is gone, or never came about. May be told more than once. */
    void lost(Loss loss);
  }

  private static final Logger log = LoggerFactory.getLogger(PahoSession.class);
  private static final long DISCONNECT_MS = 2_000;

  private final Context context;
  private final ConnectionSettings settings;
  private final Events events;
  private final WireRepair.Facts facts = new WireRepair.Facts();
  private final LossReasons reasons;
  private volatile @Nullable Socket socket;
  private volatile @Nullable MqttAsyncClient client;
  private volatile boolean discarded;

  PahoSession(Context context, ConnectionSettings settings, Events events) {
    this.context = context;
    this.settings = settings;
    this.events = events;
    this.reasons = new LossReasons(settings, facts);
  }

  /** Starts connecting; ends in {@link Events#connected} or {@link Events#lost}. */
  void open() {
    inBackground("connect", this::connect);
  }

  private void connect() {
    try {
      MqttAsyncClient paho =
          new MqttAsyncClient(
              UNUSED_ADDRESS, settings.clientId(), new MemoryPersistence(), new PingTimer(), null);
      client = paho;
      paho.setManualAcks(true);
      paho.setCallback(new PahoInbox(settings.clientId(), new Arrivals()));
      paho.connect(
          PahoOptions.of(settings, this::socket),
          null,
          new PahoListener(
              token -> {
                boolean present = token.getSessionPresent();
                hop(() -> events.connected(present));
              },
              this::tellFailed));
    } catch (MqttException | IOException | RuntimeException e) {
      tellFailed(e);
    }
  }

  private Socket socket() {
    Socket created =
        new BrokerSocket(
            settings.address(),
            settings.tls(),
            facts,
            () -> PahoWaker.begin(Thread.currentThread()));
    socket = created;
    if (discarded) {
      closeSocket();
    }
    return created;
  }

  /** The broker's limits; known once connected. */
  ConnackFrame.Limits limits() {
    ConnackFrame.Limits known = facts.limits;
    return known == null ? ConnackFrame.Limits.NONE : known;
  }

  /** True if Paho's receiving thread has died, which Paho itself does not notice. */
  boolean receiverDied() {
    Thread reader = facts.reader;
    return reader != null && !reader.isAlive();
  }

  /**
   * Subscribes; retained messages are asked for where the settings say so.
   *
   * @param outcome told the reason codes on the context; not told if the connection is lost
   */
  void subscribe(List<String> filters, Consumer<int[]> outcome) {
    MqttSubscription[] subscriptions =
        filters.stream()
            .map(filter -> PahoMessages.subscription(filter, settings.retained().contains(filter)))
            .toArray(MqttSubscription[]::new);
    attempt(
        paho ->
            paho.subscribe(
                subscriptions,
                null,
                new PahoListener(
                    token -> {
                      int[] codes = token.getReasonCodes();
                      hop(() -> outcome.accept(codes));
                    },
                    this::tellFailed),
                new MqttProperties()));
  }

  /**
   * Ends subscriptions.
   *
   * @param outcome run on the context; not run if the connection is lost
   */
  void unsubscribe(List<String> filters, Runnable outcome) {
    attempt(
        paho ->
            paho.unsubscribe(
                filters.toArray(String[]::new),
                null,
                new PahoListener(token -> hop(outcome), this::tellFailed),
                new MqttProperties()));
  }

  /**
   * Publishes.
   *
   * @param outcome told the reason code on the context once the broker has the message (at QoS 0:
   *     once it is written); not told if the connection is lost
   * @throws MqttException if Paho does not take it now
   */
  void publish(OutboundMessage message, Consumer<Integer> outcome) throws MqttException {
    MqttAsyncClient paho = client;
    if (paho == null) {
      throw new MqttException(32104);
    }
    paho.publish(
        message.topic(),
        PahoMessages.toPaho(message),
        null,
        new PahoListener(
            token -> {
              int[] codes = token.getReasonCodes();
              int code = codes == null || codes.length == 0 ? 0 : codes[0];
              hop(() -> outcome.accept(code));
            },
            this::tellFailed));
  }

  void acknowledge(int packetId) {
    attempt(paho -> paho.messageArrivedComplete(packetId, 1));
  }

  /** Sends DISCONNECT, so that the broker does not publish the Will, and ends. */
  void disconnect(Runnable done) {
    inBackground(
        "disconnect",
        () -> {
          attempt(paho -> paho.disconnect(DISCONNECT_MS).waitForCompletion(DISCONNECT_MS * 2));
          context.runOnContext(nothing -> done.run());
          discard();
        });
  }

  /** Cuts the connection and frees Paho's threads. No event comes after this. */
  void discard() {
    if (discarded) {
      return;
    }
    discarded = true;
    closeSocket();
    inBackground(
        "close",
        () -> {
          PahoEnd.of(settings.clientId(), facts.connecting, () -> client);
          closeSocket();
        });
  }

  private void closeSocket() {
    Socket open = socket;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        log.debug("{}: {}", settings.clientId(), ConnectFailure.plain(e));
      }
    }
  }

  private void tellFailed(@Nullable Throwable error) {
    Loss loss = reasons.of(error);
    hop(() -> events.lost(loss));
  }

  /** Why the broker refuses or ends the connection, if it has said so. */
  Optional<Loss> told() {
    return reasons.told();
  }

  private void hop(Runnable event) {
    context.runOnContext(
        nothing -> {
          if (!discarded) {
            event.run();
          }
        });
  }

  private interface PahoCall {
    void on(MqttAsyncClient paho) throws MqttException;
  }

  private void attempt(PahoCall call) {
    MqttAsyncClient paho = client;
    if (paho == null) {
      return;
    }
    try {
      call.on(paho);
    } catch (MqttException | RuntimeException e) {
      tellFailed(e);
    }
  }

  /** On a daemon thread, for Paho's threads inherit that and its calls may block. */
  private void inBackground(String what, Runnable task) {
    Thread thread = new Thread(task, "bantam-mqtt-" + what);
    thread.setDaemon(true);
    thread.start();
  }

  /** Paho's threads come in here. */
  private final class Arrivals implements PahoInbox.Receiver {

    @Override
    public void arrived(InboundMessage message, int packetId, Runnable handled) {
      context.runOnContext(
          nothing -> {
            handled.run();
            if (!discarded) {
              events.message(message, packetId);
            }
          });
    }

    @Override
    public void overflowed(String topic) {
      events.overflowed(topic);
    }

    @Override
    public void failed(@Nullable Throwable cause) {
      tellFailed(cause);
    }
  }
}
