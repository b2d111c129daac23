package dev.bantam.broker;

import dev.bantam.protocol.TopicNames;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.messages.MqttPublishMessage;
import io.vertx.mqtt.messages.codes.MqttDisconnectReasonCode;
import io.vertx.mqtt.messages.codes.MqttPubAckReasonCode;
import io.vertx.mqtt.messages.codes.MqttPubRecReasonCode;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** PUBLISH packets of one connection. */
final class IncomingPublish {

  /** A client's publish, refused by ending the connection. */
  private record Violation(MqttDisconnectReasonCode code, String reason) {}

  private final Client client;
  private final MqttEndpoint endpoint;

  IncomingPublish(Client client, MqttEndpoint endpoint) {
    this.client = client;
    this.endpoint = endpoint;
  }

  void published(MqttPublishMessage packet) {
    Violation violation = violation(packet);
    if (violation != null) {
      EndpointLink.disconnect(endpoint, violation.code(), violation.reason());
      return;
    }
    switch (packet.qosLevel()) {
      case AT_MOST_ONCE -> route(packet);
      case AT_LEAST_ONCE -> atLeastOnce(packet);
      case EXACTLY_ONCE -> exactlyOnce(packet);
      case FAILURE -> throw new IllegalStateException("a PUBLISH with QoS 3 was decoded");
    }
  }

  private void atLeastOnce(MqttPublishMessage packet) {
    MqttPubAckReasonCode code = route(packet);
    if (endpoint.isConnected()) {
      endpoint.publishAcknowledge(packet.messageId(), code, MqttProperties.NO_PROPERTIES);
    }
  }

  /** Routed at the first PUBLISH; the identifier is remembered until PUBREL (4.3.3, method A). */
  private void exactlyOnce(MqttPublishMessage packet) {
    Set<Integer> received = client.session().receivedQos2();
    MqttPubAckReasonCode code = MqttPubAckReasonCode.SUCCESS;
    if (!received.contains(packet.messageId())) {
      if (received.size() >= Session.MAX_WINDOW) {
        EndpointLink.disconnect(
            endpoint,
            MqttDisconnectReasonCode.RECEIVE_MAXIMUM_EXCEEDED,
            "more than " + Session.MAX_WINDOW + " QoS 2 messages without PUBREL");
        return;
      }
      code = route(packet);
      if (!code.isError()) {
        received.add(packet.messageId());
      }
    }
    if (endpoint.isConnected()) {
      endpoint.publishReceived(
          packet.messageId(),
          MqttPubRecReasonCode.valueOf(code.value()),
          MqttProperties.NO_PROPERTIES);
    }
  }

  private MqttPubAckReasonCode route(MqttPublishMessage packet) {
    String topic = packet.topicName();
    if (topic.startsWith("$SYS/") || topic.startsWith(TopicNames.SHARE_PREFIX)) {
      return MqttPubAckReasonCode.NOT_AUTHORIZED;
    }
    long now = System.nanoTime();
    return switch (client.router().publish(message(packet, now), now)) {
      case ROUTED -> MqttPubAckReasonCode.SUCCESS;
      case NO_MATCHING_SUBSCRIBERS -> MqttPubAckReasonCode.NO_MATCHING_SUBSCRIBERS;
      case QUOTA_EXCEEDED -> MqttPubAckReasonCode.QUOTA_EXCEEDED;
    };
  }

  private Message message(MqttPublishMessage packet, long now) {
    Long seconds =
        PublishProperties.number(packet.properties(), MqttProperties.PUBLICATION_EXPIRY_INTERVAL);
    return new Message(
        packet.topicName(),
        packet.payload(),
        packet.qosLevel().value(),
        packet.isRetain(),
        PublishProperties.passedOn(packet.properties()),
        seconds == null ? null : new Message.Expiry(now, seconds),
        client.session().clientId());
  }

  private static @Nullable Violation violation(MqttPublishMessage packet) {
    MqttProperties properties = packet.properties();
    if (PublishProperties.has(properties, MqttProperties.TOPIC_ALIAS)) {
      return new Violation(
          MqttDisconnectReasonCode.TOPIC_ALIAS_INVALID, "topic aliases are not offered");
    }
    if (PublishProperties.has(properties, MqttProperties.SUBSCRIPTION_IDENTIFIER)) {
      return new Violation(
          MqttDisconnectReasonCode.PROTOCOL_ERROR,
          "a client's PUBLISH carries no subscription identifier");
    }
    if (!TopicNames.isLegalName(packet.topicName())) {
      return new Violation(
          MqttDisconnectReasonCode.TOPIC_NAME_INVALID,
          "the topic is empty, has U+0000, a wildcard or more than "
              + TopicNames.MAX_LEVELS
              + " levels");
    }
    String responseTopic = PublishProperties.text(properties, MqttProperties.RESPONSE_TOPIC);
    if (responseTopic != null && !TopicNames.isLegalName(responseTopic)) {
      return new Violation(
          MqttDisconnectReasonCode.PROTOCOL_ERROR, "the response topic is not a valid topic name");
    }
    return null;
  }
}
