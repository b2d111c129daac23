package dev.bantam.broker;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttWill;
import org.jspecify.annotations.Nullable;

/**
 * A client's last will.
 *
 * @param delaySeconds how long after the connection's loss it is published at the latest
 * @param expirySeconds its message expiry interval, which runs from its publication; null for none
 */
record Will(
    String topic,
    Buffer payload,
    int qos,
    boolean retain,
    MqttProperties properties,
    long delaySeconds,
    @Nullable Long expirySeconds) {

  static @Nullable Will of(@Nullable MqttWill will) {
    if (will == null || !will.isWillFlag()) {
      return null;
    }
    Buffer payload = will.getWillMessage();
    String topic = will.getWillTopic();
    MqttProperties properties = will.getWillProperties();
    return new Will(
        topic == null ? "" : topic,
        payload == null ? Buffer.buffer() : payload,
        will.getWillQos(),
        will.isWillRetain(),
        PublishProperties.passedOn(properties),
        PublishProperties.number(properties, MqttProperties.WILL_DELAY_INTERVAL, 0),
        PublishProperties.number(properties, MqttProperties.PUBLICATION_EXPIRY_INTERVAL));
  }

  Message message(String publisher, long nowNanos) {
    Message.Expiry expiry =
        expirySeconds == null ? null : new Message.Expiry(nowNanos, expirySeconds);
    return new Message(topic, payload, qos, retain, properties, expiry, publisher);
  }
}
