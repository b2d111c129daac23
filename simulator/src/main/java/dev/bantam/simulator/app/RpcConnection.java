package dev.bantam.simulator.app;

import dev.bantam.protocol.Topics;
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
import java.util.List;

/**
 * One client of an application: writes requests and cancels as MQTT 5 or 3.1.1 wants them and hears
 * what is answered. Confined to one Vert.x context.
 */
final class RpcConnection {

  private static final int AT_LEAST_ONCE = 1;
  private static final String PROTOCOL_VERSION = "1.0";

  private final ApplicationSpec spec;
  private final Topics topics;
  private final String clientId;
  private final ReliableConnection connection;
  private final Ledger ledger;

  /**
   * @param clientId a level of the answers' topics
   */
  RpcConnection(
      Vertx vertx,
      BrokerAccess broker,
      ApplicationSpec spec,
      Topics topics,
      String clientId,
      Ledger ledger) {
    this.spec = spec;
    this.topics = topics;
    this.clientId = clientId;
    this.ledger = ledger;
    Settings settings =
        new Settings(clientId, spec.mqtt5(), List.of(topics.base() + "/answer/" + clientId + "/#"));
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
      String topic =
          spec.mqtt5() ? topics.task(request.task()) : topics.ask(clientId, request.task());
      MqttProperties properties = properties(request);
      boolean taken =
          connection.publish(
              new Outgoing(
                  topic,
                  Buffer.buffer(request.body()),
                  AT_LEAST_ONCE,
                  false,
                  properties,
                  code -> taken(request, code)));
      if (!taken) {
        ledger.fail(request.key(), "too_many_wait_for_the_broker");
      }
    }
  }

  private void taken(Request request, int code) {
    if (code == Outgoing.NOBODY_LISTENS) {
      ledger.fail(request.key(), "no_device");
    } else if (code >= Outgoing.REFUSED) {
      ledger.fail(request.key(), "broker_0x" + Integer.toHexString(code));
    }
  }

  private MqttProperties properties(Request request) {
    MqttProperties properties = new MqttProperties();
    properties.add(
        new StringProperty(
            MqttPropertyType.RESPONSE_TOPIC.value(), topics.answer(clientId, request.task())));
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
    String topic = topics.cancel();
    byte[] body = new byte[0];
    if (spec.mqtt5()) {
      properties.add(correlation(request));
      properties.add(
          new StringProperty(
              MqttPropertyType.RESPONSE_TOPIC.value(), topics.answer(clientId, request.task())));
    } else {
      topic = topics.ask(clientId, "cancel");
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
