package dev.bantam.broker;

import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_BAD_AUTHENTICATION_METHOD;
import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_CLIENT_IDENTIFIER_NOT_VALID;
import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_PROTOCOL_ERROR;
import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_TOPIC_NAME_INVALID;

import dev.bantam.protocol.TopicNames;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.StringProperty;
import io.vertx.mqtt.MqttEndpoint;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a CONNECT asks for.
 *
 * @param clientId the client's own, or one made for it
 * @param assigned whether it was made for it
 * @param askedExpirySeconds session expiry interval the client asked for
 * @param expirySeconds the one it gets
 * @param maxPacketBytes largest packet the client takes
 * @param refusal why it cannot be let in; null if it can
 */
record ConnectRequest(
    String clientId,
    boolean assigned,
    boolean cleanStart,
    long askedExpirySeconds,
    long expirySeconds,
    int receiveMaximum,
    long maxPacketBytes,
    @Nullable Will will,
    @Nullable MqttConnectReturnCode refusal) {

  private static final int MAX_CLIENT_ID_CHARACTERS = 1_024;
  private static final long DEFAULT_RECEIVE_MAXIMUM = 65_535;

  static ConnectRequest of(MqttEndpoint endpoint, BrokerOptions options) {
    MqttProperties properties = endpoint.connectProperties();
    String given = endpoint.clientIdentifier();
    boolean assigned = given == null || given.isEmpty();
    String clientId = given == null || given.isEmpty() ? "auto-" + UUID.randomUUID() : given;
    long asked = askedExpiry(endpoint);
    Will will = Will.of(endpoint.will());
    return new ConnectRequest(
        clientId,
        assigned,
        endpoint.isCleanSession(),
        asked,
        Math.min(asked, options.maxSessionExpirySeconds()),
        (int)
            PublishProperties.number(
                properties, MqttProperties.RECEIVE_MAXIMUM, DEFAULT_RECEIVE_MAXIMUM),
        PublishProperties.number(properties, MqttProperties.MAXIMUM_PACKET_SIZE, Long.MAX_VALUE),
        will,
        refusal(properties, clientId, will));
  }

  private static long askedExpiry(MqttEndpoint endpoint) {
    if (EndpointLink.isV5(endpoint)) {
      return PublishProperties.number(
          endpoint.connectProperties(), MqttProperties.SESSION_EXPIRY_INTERVAL, 0);
    }
    return endpoint.isCleanSession() ? 0 : Long.MAX_VALUE;
  }

  private static @Nullable MqttConnectReturnCode refusal(
      MqttProperties properties, String clientId, @Nullable Will will) {
    if (PublishProperties.has(properties, MqttProperties.AUTHENTICATION_METHOD)) {
      return CONNECTION_REFUSED_BAD_AUTHENTICATION_METHOD;
    }
    if (clientId.length() > MAX_CLIENT_ID_CHARACTERS || clientId.indexOf(0) >= 0) {
      return CONNECTION_REFUSED_CLIENT_IDENTIFIER_NOT_VALID;
    }
    if (PublishProperties.number(properties, MqttProperties.RECEIVE_MAXIMUM, 1) == 0
        || PublishProperties.number(properties, MqttProperties.MAXIMUM_PACKET_SIZE, 1) == 0) {
      return CONNECTION_REFUSED_PROTOCOL_ERROR;
    }
    return will != null && !isAllowed(will) ? CONNECTION_REFUSED_TOPIC_NAME_INVALID : null;
  }

  private static boolean isAllowed(Will will) {
    return TopicNames.isLegalName(will.topic()) && will.qos() <= 2;
  }

  /** The properties of the CONNACK that lets the client in. */
  MqttProperties accepted(BrokerOptions options) {
    MqttProperties properties = new MqttProperties();
    properties.add(new IntegerProperty(MqttProperties.RECEIVE_MAXIMUM, Session.MAX_WINDOW));
    properties.add(
        new IntegerProperty(MqttProperties.MAXIMUM_PACKET_SIZE, options.maxPacketBytes()));
    properties.add(new IntegerProperty(MqttProperties.TOPIC_ALIAS_MAXIMUM, 0));
    if (assigned) {
      properties.add(new StringProperty(MqttProperties.ASSIGNED_CLIENT_IDENTIFIER, clientId));
    }
    if (expirySeconds < askedExpirySeconds) {
      properties.add(
          new IntegerProperty(
              MqttProperties.SESSION_EXPIRY_INTERVAL, (int) Math.min(expirySeconds, 0xFFFF_FFFFL)));
    }
    return properties;
  }
}
