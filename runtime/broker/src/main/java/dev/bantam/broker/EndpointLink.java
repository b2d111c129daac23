package dev.bantam.broker;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.StringProperty;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.messages.codes.MqttDisconnectReasonCode;
import io.vertx.mqtt.messages.codes.MqttPubRelReasonCode;

/** The way out over a vertx-mqtt endpoint. Calls after the connection's end do nothing. */
final class EndpointLink implements Link {

  /** Beyond this much unwritten, messages wait in the session's bounded queue instead. */
  private static final long MAX_UNWRITTEN_BYTES = 256 * 1024;

  private static final int MQTT_5 = 5;

  private final MqttEndpoint endpoint;
  private final long maxPacketBytes;
  private long unwrittenBytes;

  EndpointLink(MqttEndpoint endpoint, long maxPacketBytes) {
    this.endpoint = endpoint;
    this.maxPacketBytes = maxPacketBytes;
  }

  static boolean isV5(MqttEndpoint endpoint) {
    return endpoint.protocolVersion() >= MQTT_5;
  }

  @Override
  public boolean hasRoom() {
    return endpoint.isConnected() && unwrittenBytes < MAX_UNWRITTEN_BYTES;
  }

  @Override
  public boolean fits(Delivery delivery, MqttProperties properties) {
    return size(delivery, properties) <= maxPacketBytes;
  }

  private long size(Delivery delivery, MqttProperties properties) {
    Message message = delivery.message();
    return PacketSize.publish(
        message.topic(), message.payload().length(), delivery.qos(), properties, isV5(endpoint));
  }

  @Override
  public void publish(
      Delivery delivery, int packetId, boolean dup, MqttProperties properties, Runnable written) {
    if (!endpoint.isConnected()) {
      written.run();
      return;
    }
    Message message = delivery.message();
    long bytes = size(delivery, properties);
    unwrittenBytes += bytes;
    endpoint
        .publish(
            message.topic(),
            message.payload(),
            MqttQoS.valueOf(delivery.qos()),
            dup,
            delivery.retain(),
            packetId,
            properties)
        .onComplete(
            done -> {
              unwrittenBytes -= bytes;
              written.run();
            });
  }

  @Override
  public void release(int packetId, boolean known) {
    if (endpoint.isConnected()) {
      endpoint.publishRelease(
          packetId,
          known ? MqttPubRelReasonCode.SUCCESS : MqttPubRelReasonCode.PACKET_IDENTIFIER_NOT_FOUND,
          MqttProperties.NO_PROPERTIES);
    }
  }

  /** Says why to an MQTT 5 client and closes. */
  static void disconnect(MqttEndpoint endpoint, MqttDisconnectReasonCode code, String reason) {
    if (!endpoint.isConnected()) {
      return;
    }
    MqttProperties properties = new MqttProperties();
    properties.add(new StringProperty(MqttProperties.REASON_STRING, reason));
    endpoint.disconnect(code, properties);
  }
}
