package dev.bantam.broker;

import io.netty.handler.codec.mqtt.MqttProperties;

/** The way out to a connected client. */
interface Link {

  /** False while so much waits to be written that more would only pile up. */
  boolean hasRoom();

  /** Whether the client accepts a packet of this size (MQTT-3.1.2-24). */
  boolean fits(Delivery delivery, MqttProperties properties);

  /**
   * Sends a PUBLISH.
   *
   * @param packetId 0 for QoS 0
   * @param written called when it left, or could not
   */
  void publish(
      Delivery delivery, int packetId, boolean dup, MqttProperties properties, Runnable written);

  /** Sends a PUBREL; {@code known} is false for an identifier nobody remembers. */
  void release(int packetId, boolean known);
}
