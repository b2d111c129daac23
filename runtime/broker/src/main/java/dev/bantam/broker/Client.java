package dev.bantam.broker;

import io.vertx.core.Vertx;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.messages.codes.MqttDisconnectReasonCode;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A client identifier's session, its present connection, its will, and the clocks of both. */
final class Client {

  private static final Logger LOG = LoggerFactory.getLogger(Client.class);

  private static final long MAX_TIMER_SECONDS = 365L * 86_400;

  private final Vertx vertx;
  private final Router router;
  private final Session session;
  private final BrokerOptions options;
  private final Consumer<Client> whenEnded;

  private @Nullable MqttEndpoint endpoint;
  private @Nullable Will will;
  private long expirySeconds;
  private @Nullable Long willTimer;
  private @Nullable Long expiryTimer;
  private boolean ended;

  Client(
      Vertx vertx,
      Router router,
      Session session,
      BrokerOptions options,
      Consumer<Client> whenEnded) {
    this.vertx = vertx;
    this.router = router;
    this.session = session;
    this.options = options;
    this.whenEnded = whenEnded;
  }

  Session session() {
    return session;
  }

  Router router() {
    return router;
  }

  BrokerOptions options() {
    return options;
  }

  /** Accepts the connection and delivers what waited. */
  void connected(MqttEndpoint newEndpoint, ConnectRequest request, boolean sessionPresent) {
    cancelTimers();
    endpoint = newEndpoint;
    will = request.will();
    expirySeconds = request.expirySeconds();
    new Incoming(this, newEndpoint).listen();
    if (EndpointLink.isV5(newEndpoint)) {
      newEndpoint.accept(sessionPresent, request.accepted(options));
    } else {
      newEndpoint.accept(sessionPresent);
    }
    session.attach(
        new EndpointLink(newEndpoint, request.maxPacketBytes()), request.receiveMaximum());
  }

  /** Another connection with this identifier came (MQTT-3.1.4-3). */
  void takenOver(boolean cleanStart) {
    MqttEndpoint old = endpoint;
    if (old != null) {
      EndpointLink.disconnect(
          old,
          MqttDisconnectReasonCode.SESSION_TAKEN_OVER,
          "another client connected with the same client identifier");
      connectionLost(old);
    }
    if (cleanStart) {
      end();
    }
  }

  void disconnect(MqttDisconnectReasonCode code, String reason) {
    MqttEndpoint current = endpoint;
    if (current != null) {
      EndpointLink.disconnect(current, code, reason);
    }
  }

  /**
   * A DISCONNECT came.
   *
   * @param newExpirySeconds the session expiry interval it carries; null for none
   */
  void saidGoodbye(boolean withWill, @Nullable Long newExpirySeconds) {
    if (newExpirySeconds != null && newExpirySeconds > 0 && expirySeconds == 0) {
      disconnect(
          MqttDisconnectReasonCode.PROTOCOL_ERROR,
          "a session expiry of 0 at CONNECT cannot be raised at DISCONNECT");
      return;
    }
    if (newExpirySeconds != null) {
      expirySeconds = Math.min(newExpirySeconds, options.maxSessionExpirySeconds());
    }
    if (!withWill) {
      will = null;
    }
  }

  void connectionLost(MqttEndpoint lost) {
    if (endpoint != lost) {
      return;
    }
    endpoint = null;
    session.detach();
    if (expirySeconds == 0) {
      end();
      return;
    }
    expiryTimer = after(expirySeconds, this::end);
    Will last = will;
    if (last != null) {
      if (last.delaySeconds() == 0) {
        publishWill();
      } else {
        willTimer = after(Math.min(last.delaySeconds(), expirySeconds), this::publishWill);
      }
    }
  }

  private long after(long seconds, Runnable action) {
    return vertx.setTimer(Math.min(seconds, MAX_TIMER_SECONDS) * 1_000, ignored -> action.run());
  }

  private void publishWill() {
    Will last = will;
    will = null;
    if (last != null) {
      long now = System.nanoTime();
      router.publish(last.message(session.clientId(), now), now);
    }
  }

  /** Ends the session; a will that still waits is published now (MQTT-3.1.2-8). */
  private void end() {
    if (ended) {
      return;
    }
    ended = true;
    cancelTimers();
    router.unsubscribeAll(session);
    session.end();
    if (session.queue().dropped() > 0) {
      LOG.warn(
          "Client {} missed {} messages for want of room in its queue",
          session.clientId(),
          session.queue().dropped());
    }
    whenEnded.accept(this);
    publishWill();
  }

  private void cancelTimers() {
    if (willTimer != null) {
      vertx.cancelTimer(willTimer);
      willTimer = null;
    }
    if (expiryTimer != null) {
      vertx.cancelTimer(expiryTimer);
      expiryTimer = null;
    }
  }
}
