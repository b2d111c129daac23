package dev.bantam.broker;

import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.vertx.core.Handler;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.messages.MqttDisconnectMessage;
import io.vertx.mqtt.messages.codes.MqttDisconnectReasonCode;
import io.vertx.mqtt.messages.codes.MqttPubCompReasonCode;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one connection sends, brought to the session it belongs to. */
final class Incoming {

  private static final Logger LOG = LoggerFactory.getLogger(Incoming.class);

  private static final int FIRST_ERROR = 0x80;

  private final Client client;
  private final MqttEndpoint endpoint;
  private final IncomingPublish publishes;
  private final IncomingSubscribe subscribes;

  Incoming(Client client, MqttEndpoint endpoint) {
    this.client = client;
    this.endpoint = endpoint;
    this.publishes = new IncomingPublish(client, endpoint);
    this.subscribes = new IncomingSubscribe(client, endpoint);
  }

  void listen() {
    Session session = client.session();
    endpoint.publishHandler(guarded(publishes::published));
    endpoint.subscribeHandler(guarded(subscribes::subscribe));
    endpoint.unsubscribeHandler(guarded(subscribes::unsubscribe));
    endpoint.publishAcknowledgeMessageHandler(
        guarded(ack -> session.acknowledged(ack.messageId())));
    endpoint.publishReceivedMessageHandler(
        guarded(message -> session.received(message.messageId(), isError(message.code().value()))));
    endpoint.publishCompletionMessageHandler(
        guarded(message -> session.completed(message.messageId())));
    endpoint.publishReleaseMessageHandler(guarded(message -> released(message.messageId())));
    endpoint.disconnectMessageHandler(guarded(this::goodbye));
    endpoint.authenticationExchangeHandler(
        guarded(
            message ->
                disconnect(
                    MqttDisconnectReasonCode.PROTOCOL_ERROR,
                    "AUTH without an authentication method in CONNECT")));
    endpoint.exceptionHandler(this::failed);
    endpoint.closeHandler(ignored -> client.connectionLost(endpoint));
  }

  private static boolean isError(byte code) {
    return Byte.toUnsignedInt(code) >= FIRST_ERROR;
  }

  /** A fault of the broker's own ends one connection, never the broker. */
  private <T> Handler<T> guarded(Handler<T> handler) {
    return event -> {
      try {
        handler.handle(event);
      } catch (RuntimeException e) {
        LOG.error("Fault while serving client {}", client.session().clientId(), e);
        disconnect(
            MqttDisconnectReasonCode.IMPLEMENTATION_SPECIFIC_ERROR, "the broker has a fault");
      }
    };
  }

  private void released(int packetId) {
    boolean known = client.session().receivedQos2().remove(packetId);
    endpoint.publishComplete(
        packetId,
        known ? MqttPubCompReasonCode.SUCCESS : MqttPubCompReasonCode.PACKET_IDENTIFIER_NOT_FOUND,
        MqttProperties.NO_PROPERTIES);
  }

  private void goodbye(MqttDisconnectMessage message) {
    client.saidGoodbye(
        message.code() != MqttDisconnectReasonCode.NORMAL,
        PublishProperties.number(message.properties(), MqttProperties.SESSION_EXPIRY_INTERVAL));
  }

  private void failed(Throwable cause) {
    LOG.debug("Client {}: {}", client.session().clientId(), cause.toString());
    if (cause instanceof TooLongFrameException) {
      disconnect(
          MqttDisconnectReasonCode.PACKET_TOO_LARGE,
          "packets are limited to " + client.options().maxPacketBytes() + " bytes");
    } else if (!(cause instanceof IOException)) {
      disconnect(MqttDisconnectReasonCode.MALFORMED_PACKET, "the packet cannot be read");
    }
  }

  private void disconnect(MqttDisconnectReasonCode code, String reason) {
    EndpointLink.disconnect(endpoint, code, reason);
  }
}
