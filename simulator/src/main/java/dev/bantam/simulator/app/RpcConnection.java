package dev.bantam.simulator.app;

import dev.bantam.protocol.UserProperties;
import dev.bantam.simulator.client.BrokerAccess;
import dev.bantam.simulator.client.Outgoing;
import dev.bantam.simulator.client.ReliableConnection;
import dev.bantam.simulator.client.ReliableConnection.Settings;
import dev.bantam.simulator.scenario.ApplicationSpec;
import dev.bantam.simulator.schedule.Request;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.BinaryProperty;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttProperties.StringProperty;
import io.netty.handler.codec.mqtt.MqttProperties.UserProperty;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One client of an application: writes requests and cancels as MQTT 5 or 3.1.1 wants them and hears
 * what is answered. Confined to one Vert.x context.
 */
final class RpcConnection {

  private static final int AT_LEAST_ONCE = 1;
  private static final String PROTOCOL_VERSION = "1.0";

  private final ApplicationSpec spec;
  private final Addresses addresses;
  private final String clientId;
  private final ReliableConnection connection;
  private final Ledger ledger;
  private final Set<String> leaving = new HashSet<>();

  /**
   * @param clientId a level of the answers' topics
   */
  RpcConnection(
      Vertx vertx,
      BrokerAccess broker,
      ApplicationSpec spec,
      Addresses addresses,
      String clientId,
      Ledger ledger) {
    this.spec = spec;
    this.addresses = addresses;
    this.clientId = clientId;
    this.ledger = ledger;
    Settings settings = new Settings(clientId, spec.mqtt5(), List.of(addresses.answers(clientId)));
    this.connection =
        new ReliableConnection(
            vertx, broker, settings, message -> Reply.of(message).ifPresent(ledger::reply));
  }

  Future<Void> connect() {
    return connection.connect();
  }

  /** Sends a request, and once more if it is to be sent twice. */
  void ask(Request request) {
    for (int i = 0; i < (request.twice() ? 2 : 1); i++) {
      send(request);
    }
  }

  /** Sends a request once more, unless it has ended, or still waits to go out. */
  void askAgain(Request request) {
    if (ledger.isOpen(request.key()) && !leaving.contains(request.key())) {
      ledger.sentAgain(request.key());
      send(request);
    }
  }

  private void send(Request request) {
    String topic =
        spec.mqtt5() ? addresses.task(request.task()) : addresses.ask(clientId, request.task());
    leaving.add(request.key());
    boolean taken =
        connection.publish(
            new Outgoing(
                topic,
                Buffer.buffer(request.body()),
                AT_LEAST_ONCE,
                false,
                properties(request),
                code -> taken(request, code)));
    if (!taken) {
      ledger.fail(request.key(), "too_many_wait_for_the_broker", "it was not sent");
    }
  }

  private void taken(Request request, int code) {
    leaving.remove(request.key());
    if (code == Outgoing.NOBODY_LISTENS) {
      if (spec.again().isEmpty()) {
        ledger.fail(request.key(), "no_device", "no device listens at the broker");
      }
    } else if (code >= Outgoing.REFUSED) {
      ledger.fail(
          request.key(), "broker_0x" + Integer.toHexString(code), "the broker has refused it");
    }
  }

  private MqttProperties properties(Request request) {
    MqttProperties properties = new MqttProperties();
    properties.add(
        new StringProperty(
            MqttPropertyType.RESPONSE_TOPIC.value(), addresses.answer(clientId, request.task())));
    properties.add(correlation(request));
    properties.add(new StringProperty(MqttPropertyType.CONTENT_TYPE.value(), "application/json"));
    properties.add(new UserProperty(UserProperties.PROTOCOL_VERSION, PROTOCOL_VERSION));
    properties.add(new UserProperty(UserProperties.SOURCE_ID, clientId));
    spec.deadline()
        .ifPresent(
            deadline ->
                properties.add(
                    new IntegerProperty(
                        MqttPropertyType.PUBLICATION_EXPIRY_INTERVAL.value(),
                        (int) Math.max(1, deadline.toSeconds()))));
    return properties;
  }

  private static BinaryProperty correlation(Request request) {
    return new BinaryProperty(
        MqttPropertyType.CORRELATION_DATA.value(), request.key().getBytes(StandardCharsets.UTF_8));
  }

  /** Cancels a request. */
  void cancel(Request request) {
    MqttProperties properties = new MqttProperties();
    String topic = spec.mqtt5() ? addresses.cancel() : addresses.ask(clientId, "cancel");
    byte[] body = new byte[0];
    if (spec.mqtt5()) {
      properties.add(correlation(request));
      properties.add(
          new StringProperty(
              MqttPropertyType.RESPONSE_TOPIC.value(), addresses.answer(clientId, request.task())));
    } else {
      body = ("{\"id\":\"" + request.key() + "\"}").getBytes(StandardCharsets.UTF_8);
    }
    connection.publish(
        new Outgoing(topic, Buffer.buffer(body), AT_LEAST_ONCE, false, properties, code -> {}));
  }

  /** Says goodbye. Completes in any case. */
  Future<Void> close() {
    return connection.finish(0);
  }
}
