package dev.bantam.simulator.run;

import dev.bantam.simulator.client.BrokerAccess;
import dev.bantam.simulator.client.ClientOptions;
import dev.bantam.simulator.schedule.Publication;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.MqttClientOptions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of simulated sensors, by MQTT 3.1.1 as most sensors speak it. It comes back when
 * it is lost. Messages of QoS 1 and 2 then go out again, those of QoS 0 are dropped meanwhile.
 * Confined to one Vert.x context.
 */
final class SensorConnection {

  private static final Logger LOG = LoggerFactory.getLogger(SensorConnection.class);
  private static final int MAX_IN_FLIGHT = 1000;
  private static final int MAX_WAITING = 100_000;
  private static final long RETRY_MILLIS = 200;

  private final Vertx vertx;
  private final BrokerAccess broker;
  private final MqttClient mqtt;
  private final Map<Integer, Publication> inFlight = new LinkedHashMap<>();
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private boolean connected;
  private boolean closing;
  private long scheduled;
  private long sent;
  private long acknowledged;
  private long dropped;

  /**
   * A message of QoS 1 or 2 before it is in flight.
   *
   * @param again whether it has been so before
   */
  private record Waiting(Publication publication, boolean again) {}

  SensorConnection(Vertx vertx, BrokerAccess broker, String clientId) {
    this.vertx = vertx;
    this.broker = broker;
    MqttClientOptions options = ClientOptions.of(broker, clientId);
    options.setVersion(ClientOptions.MQTT_3_1_1);
    options.setMaxInflightQueue(MAX_IN_FLIGHT + 1);
    this.mqtt = MqttClient.create(vertx, options);
    mqtt.publishCompletionHandler(this::acknowledged);
    mqtt.closeHandler(nothing -> lost());
    mqtt.exceptionHandler(failure -> LOG.debug("connection of {}", clientId, failure));
  }

  /** Connects for the first time. */
  Future<Void> connect() {
    return mqtt.connect(broker.port(), broker.host()).onSuccess(ack -> connected = true).mapEmpty();
  }

  /** Sends a message, now or as soon as there is a connection. */
  void publish(Publication publication) {
    scheduled++;
    if (publication.qos() > 0) {
      if (waiting.size() < MAX_WAITING) {
        waiting.add(new Waiting(publication, false));
        sendWaiting();
      } else {
        dropped++;
      }
    } else if (connected) {
      send(publication, false);
      sent++;
    } else {
      dropped++;
    }
  }

  private Future<Integer> send(Publication publication, boolean again) {
    return mqtt.publish(
        publication.topic(),
        Buffer.buffer(publication.payload()),
        MqttQoS.valueOf(publication.qos()),
        again,
        publication.retain());
  }

  private void sendWaiting() {
    while (connected && inFlight.size() < MAX_IN_FLIGHT && !waiting.isEmpty()) {
      Waiting next = waiting.remove();
      Future<Integer> packet = send(next.publication(), next.again());
      if (!packet.succeeded()) {
        waiting.addFirst(next);
        return;
      }
      inFlight.put(packet.result(), next.publication());
    }
  }

  private void acknowledged(int packet) {
    if (inFlight.remove(packet) != null) {
      acknowledged++;
      sendWaiting();
    }
  }

  private void lost() {
    connected = false;
    ArrayDeque<Publication> again = new ArrayDeque<>(inFlight.values());
    inFlight.clear();
    while (!again.isEmpty()) {
      waiting.addFirst(new Waiting(again.removeLast(), true));
    }
    reconnect();
  }

  private void reconnect() {
    if (closing) {
      return;
    }
    vertx.setTimer(
        RETRY_MILLIS,
        fired ->
            mqtt.connect(broker.port(), broker.host())
                .onSuccess(
                    ack -> {
                      connected = true;
                      sendWaiting();
                    })
                .onFailure(failure -> reconnect()));
  }

  /** Waits for what the broker has not taken yet, then says goodbye. Completes in any case. */
  Future<Void> finish(long graceMillis) {
    Promise<Void> done = Promise.promise();
    long until = System.nanoTime() + graceMillis * 1_000_000;
    awaitAcknowledgements(until, done);
    return done.future();
  }

  private void awaitAcknowledgements(long until, Promise<Void> done) {
    if ((inFlight.isEmpty() && waiting.isEmpty()) || System.nanoTime() - until >= 0) {
      closing = true;
      Future<Void> goodbye = connected ? mqtt.disconnect() : Future.succeededFuture();
      goodbye.onComplete(nothing -> done.complete());
    } else {
      vertx.setTimer(20, fired -> awaitAcknowledgements(until, done));
    }
  }

  MessageCounts counts() {
    return new MessageCounts(
        scheduled, sent, acknowledged, dropped, (long) inFlight.size() + waiting.size());
  }
}
