package dev.bantam.simulator.client;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.MqttClientOptions;
import io.vertx.mqtt.messages.MqttConnAckMessage;
import io.vertx.mqtt.messages.MqttPubAckMessage;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that comes back when it is lost. Messages of QoS 1 and 2 wait until there is one and
 * go out again until the broker has taken them; those of QoS 0 are dropped meanwhile. Confined to
 * one Vert.x context.
 */
public final class ReliableConnection {

  private static final Logger LOG = LoggerFactory.getLogger(ReliableConnection.class);
  private static final int MAX_IN_FLIGHT = 1000;
  private static final int MAX_WAITING = 100_000;
  private static final long RETRY_MILLIS = 200;
  private static final long SESSION_SECONDS = 3600;

  private final Vertx vertx;
  private final BrokerAccess broker;
  private final Settings settings;
  private final MqttClient mqtt;
  private final Map<Integer, Outgoing> inFlight = new LinkedHashMap<>();
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private final Deque<Outgoing> leaving = new ArrayDeque<>();
  private Promise<Void> subscribed = Promise.promise();
  private int window = MAX_IN_FLIGHT;
  private boolean connected;
  private boolean closing;
  private boolean held;
  private int epoch;

  /**
   * How it connects.
   *
   * @param clientId known to the broker
   * @param mqtt5 or else MQTT 3.1.1
   * @param filters what it listens to by QoS 1; with any, the broker keeps its session while it is
   *     away
   */
  public record Settings(String clientId, boolean mqtt5, List<String> filters) {}

  /**
   * A message before it is in flight.
   *
   * @param again whether it has been so before
   */
  private record Waiting(Outgoing message, boolean again) {}

  /** Not connected yet. */
  public ReliableConnection(
      Vertx vertx, BrokerAccess broker, Settings settings, Consumer<MqttPublishMessage> received) {
    this.vertx = vertx;
    this.broker = broker;
    this.settings = settings;
    this.mqtt = MqttClient.create(vertx, options(settings.filters().isEmpty()));
    mqtt.publishHandler(received::accept);
    mqtt.publishAckMessageHandler(this::acknowledged);
    mqtt.publishCompletionHandler(packet -> ended(packet, Outgoing.TAKEN));
    mqtt.subscribeCompletionHandler(ack -> subscribed.tryComplete());
    mqtt.closeHandler(nothing -> lost());
    mqtt.exceptionHandler(e -> LOG.debug("connection of {}", settings.clientId(), e));
  }

  private MqttClientOptions options(boolean clean) {
    MqttClientOptions options = ClientOptions.of(broker, settings.clientId());
    options.setVersion(settings.mqtt5() ? ClientOptions.MQTT_5 : ClientOptions.MQTT_3_1_1);
    options.setMaxInflightQueue(MAX_IN_FLIGHT + 1).setCleanSession(clean);
    if (settings.mqtt5() && !clean) {
      options.setSessionExpireInterval(SESSION_SECONDS);
    }
    return options;
  }

  /** Connects for the first time and listens. */
  public Future<Void> connect() {
    subscribed = Promise.promise();
    return mqtt.connect(broker.port(), broker.host())
        .compose(this::listen)
        .onSuccess(
            nothing -> {
              connected = true;
              sendWaiting();
            });
  }

  private Future<Void> listen(MqttConnAckMessage ack) {
    Integer most = settings.mqtt5() ? ack.receiveMaximum() : null;
    window = most == null ? MAX_IN_FLIGHT : Math.min(MAX_IN_FLIGHT, most);
    if (settings.filters().isEmpty()) {
      return Future.succeededFuture();
    }
    Map<String, Integer> filters = new LinkedHashMap<>();
    settings.filters().forEach(filter -> filters.put(filter, MqttQoS.AT_LEAST_ONCE.value()));
    return mqtt.subscribe(filters).compose(packet -> subscribed.future());
  }

  /**
   * Sends a message, now or, if its QoS is not 0, as soon as there is a connection.
   *
   * @return false if it is dropped
   */
  public boolean publish(Outgoing message) {
    if (message.qos() == 0) {
      if (connected) {
        send(message, false);
      }
      return connected;
    }
    if (waiting.size() >= MAX_WAITING) {
      return false;
    }
    waiting.add(new Waiting(message, false));
    sendWaiting();
    return true;
  }

  private Future<Integer> send(Outgoing message, boolean again) {
    MqttQoS qos = MqttQoS.valueOf(message.qos());
    return settings.mqtt5()
        ? mqtt.publish(
            message.topic(), message.payload(), qos, again, message.retain(), message.properties())
        : mqtt.publish(message.topic(), message.payload(), qos, again, message.retain());
  }

  private void sendWaiting() {
    while (connected && !held && !waiting.isEmpty() && inFlight.size() + leaving.size() < window) {
      Waiting next = waiting.remove();
      leaving.add(next.message());
      int sentIn = epoch;
      send(next.message(), next.again())
          .onComplete(
              packet -> {
                if (sentIn == epoch) {
                  left(next, packet);
                }
              });
    }
  }

  /** Written, or not: within the handling of what came in, writes are put off until its end. */
  private void left(Waiting sent, AsyncResult<Integer> packet) {
    leaving.removeFirstOccurrence(sent.message());
    if (packet.succeeded()) {
      inFlight.put(packet.result(), sent.message());
    } else {
      waiting.addFirst(sent);
      holdForAMoment();
    }
  }

  /** The connection takes nothing now, as one that is going away does. */
  private void holdForAMoment() {
    if (!held) {
      held = true;
      vertx.setTimer(
          RETRY_MILLIS,
          fired -> {
            held = false;
            sendWaiting();
          });
    }
  }

  private void acknowledged(MqttPubAckMessage ack) {
    ended(ack.messageId(), settings.mqtt5() ? ack.code().value() & 0xff : Outgoing.TAKEN);
  }

  private void ended(int packet, int code) {
    Outgoing message = inFlight.remove(packet);
    if (message != null) {
      message.ended().accept(code);
      sendWaiting();
    }
  }

  private void lost() {
    connected = false;
    subscribed.tryFail("the connection to the broker was lost");
    epoch++;
    Deque<Outgoing> again = new ArrayDeque<>(inFlight.values());
    again.addAll(leaving);
    inFlight.clear();
    leaving.clear();
    while (!again.isEmpty()) {
      waiting.addFirst(new Waiting(again.removeLast(), true));
    }
    reconnectLater();
  }

  private void reconnectLater() {
    if (!closing) {
      vertx.setTimer(
          RETRY_MILLIS,
          fired -> {
            if (!closing && !mqtt.isConnected()) {
              connect().onFailure(failure -> reconnectLater());
            }
          });
    }
  }

  /** Messages that wait or are in flight. */
  public int unacknowledged() {
    return inFlight.size() + leaving.size() + waiting.size();
  }

  /** Waits for what the broker has not taken yet, then says goodbye. Completes in any case. */
  public Future<Void> finish(long graceMillis) {
    Promise<Void> done = Promise.promise();
    awaitAcknowledgements(System.nanoTime() + graceMillis * 1_000_000, done);
    return done.future();
  }

  private void awaitAcknowledgements(long until, Promise<Void> done) {
    if (unacknowledged() == 0 || System.nanoTime() - until >= 0) {
      closing = true;
      Future<Void> goodbye = mqtt.isConnected() ? mqtt.disconnect() : Future.succeededFuture();
      goodbye.eventually(this::forgetSession).onComplete(nothing -> done.tryComplete());
    } else {
      vertx.setTimer(20, fired -> awaitAcknowledgements(until, done));
    }
  }

  /** A client that comes with a clean session takes the old one away. */
  private Future<Void> forgetSession() {
    if (settings.filters().isEmpty()) {
      return Future.succeededFuture();
    }
    MqttClient last = MqttClient.create(vertx, options(true));
    return last.connect(broker.port(), broker.host()).compose(ack -> last.disconnect());
  }
}
